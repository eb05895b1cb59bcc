import Foundation

/// Whether two people still want what was planned between them, at the moment of its delivery.
struct DeliveryConsent: Sendable {
    let users: any UserStore
    let exclusions: any ExclusionStore
    /// What tells the day of whom.
    let settings: PipelineSettings

    /// Who pauses does so by the receiver's day, as the window that the message was planned in is the receiver's.
    /// - Throws: ``ErrorCode/forbidden`` with one sentence for operators when the message must not be sent any more; what
    ///   keeps a person's record from being read, as somebody may mend it.
    func require(_ message: AutoMessage, at instant: Date) async throws {
        async let isExcluded = exclusions.isExcluded(message.sender, message.receiver)
        let found = try await users.users([message.sender, message.receiver])
        let sender = try await person(message.sender, among: found)
        let receiver = try await person(message.receiver, among: found)
        let today = PlanDate(instant, in: settings.timeZone(of: receiver))
        for (name, user) in [("sender", sender), ("receiver", receiver)] {
            guard let user else { throw MsgError(.forbidden, "The \(name) does not exist any more.") }
            guard user.isActive else { throw MsgError(.forbidden, "The \(name) is deactivated.") }
            guard user.autoMessages else { throw MsgError(.forbidden, "The \(name) has opted out.") }
            if let day = user.pausedUntil, user.isPaused(on: today) {
                throw MsgError(.forbidden, "The \(name) pauses until \(day).")
            }
        }
        guard try await !isExcluded else { throw MsgError(.forbidden, "One of the two has excluded the other.") }
    }

    /// A person whose record can't be read is left out of lists, and asked for alone it tells what is wrong with it.
    private func person(_ id: User.ID, among found: [User]) async throws -> User? {
        if let user = found.first(where: { $0.id == id }) { return user }
        return try await users.user(id)
    }
}
