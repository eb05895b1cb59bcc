/// An index that can be built anew beside the one that answers, and compared with the messages.
public protocol RebuildableSearchIndex: SearchIndex {
    /// Begins a new, empty index beside the live one; an unfinished earlier one is dropped.
    func beginRebuild() async throws

    /// Adds messages to the index that is being built.
    func addToRebuild(_ messages: [Message]) async throws

    /// Puts the index that was built in the live one's place, in one step; it contains every change up to `position`.
    func finishRebuild(at position: ChangePosition?) async throws

    /// What the live index holds, by message id, after an id (nil: from the first), at most `limit`.
    func entries(after id: Message.ID?, limit: Int) async throws -> [SearchEntry]

    /// Corrects single entries of the live index without moving its checkpoint.
    func repair(storing messages: [Message], removing ids: [Message.ID]) async throws
}
