import Logging

/// Who of some users is online, for answers that show it beside what they are about.
struct OnlineLookup: Sendable {
    private static let batchSize = 10_000

    let presence: any PresenceStore
    let clock: any WallClock
    let logger: Logger

    /// Nobody, with a warning in the log, while the store of presence is away: a listing is worth more than its marks.
    func online(among users: some Sequence<User.ID>) async -> Set<User.ID> {
        let users = Array(Set(users))
        guard !users.isEmpty else { return [] }
        do {
            var online: Set<User.ID> = []
            for start in stride(from: 0, to: users.count, by: Self.batchSize) {
                let batch = Array(users[start..<min(users.count, start + Self.batchSize)])
                online.formUnion(try await presence.online(among: batch, at: clock.now))
            }
            return online
        } catch {
            logger.warning("who is online is not known", metadata: ["error": "\(String(reflecting: error))"])
            return []
        }
    }
}
