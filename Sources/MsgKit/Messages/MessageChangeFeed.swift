/// How projections follow the messages.
public protocol MessageChangeFeed: Sendable {
    /// The changes after a position (nil: from the beginning), oldest first, at most `limit`; empty when there is none.
    ///
    /// A change that a writer has been told is stored is never left behind: once a later position has been given, no
    /// change with an earlier one appears. A message that changed twice may appear once, at its last position.
    func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange]

    /// The position after the newest change; nil when nothing was ever stored.
    func currentPosition() async throws -> ChangePosition?

    /// All messages that are not deleted, by id, after an id (nil: from the first), at most `limit`.
    func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message]

    /// Returns when something may have changed after a position, or when `timeout` has passed.
    func waitForChange(after position: ChangePosition?, timeout: Duration) async throws
}
