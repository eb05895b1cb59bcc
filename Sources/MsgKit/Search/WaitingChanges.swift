/// Which messages have changed since a position: those that an index of that position need not have yet.
struct WaitingChanges {
    private static let batchSize = 1000

    private let feed: any MessageChangeFeed
    /// Nil when none can be waited for.
    private var position: ChangePosition?
    private var ids: Set<Message.ID> = []

    init(feed: any MessageChangeFeed, after position: ChangePosition?) {
        self.feed = feed
        self.position = position
    }

    func contains(_ id: Message.ID) -> Bool { ids.contains(id) }

    /// Takes in what has changed by now.
    mutating func look() async throws {
        while let start = position {
            do {
                let changes = try await feed.changes(after: start, limit: Self.batchSize)
                guard let last = changes.last else { return }
                ids.formUnion(changes.map(\.message.id))
                position = last.position
            } catch let error as MsgError where error.code == .conflict {
                // It is the index of another store: nothing of this one is about to come into it.
                position = nil
            }
        }
    }
}
