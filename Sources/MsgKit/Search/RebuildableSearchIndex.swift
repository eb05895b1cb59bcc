/// An index that can be built anew beside the one that answers, and compared with the messages.
public protocol RebuildableSearchIndex: SearchIndex {
    /// Begins a new, empty index beside the live one, that will contain every change up to `position`; an unfinished
    /// earlier one is dropped.
    func beginRebuild(at position: ChangePosition?) async throws

    /// The index that was begun and not finished, by this process or another that is gone; nil when there is none, or
    /// when it was made by another version of the program. Adding goes on with the messages after its last one.
    func unfinishedRebuild() async throws -> UnfinishedRebuild?

    /// Adds messages, in the order of their ids, to the index that is being built.
    /// - Throws: ``ErrorCode/conflict`` when another rebuild has begun meanwhile.
    func addToRebuild(_ messages: [Message]) async throws

    /// Puts the index that was built in the live one's place, in one step; its checkpoint is the position that it was
    /// begun at.
    /// - Throws: ``ErrorCode/conflict`` when another rebuild has begun meanwhile.
    func finishRebuild() async throws

    /// What the live index holds, by message id, after an id (nil: from the first), at most `limit`.
    func entries(after id: Message.ID?, limit: Int) async throws -> [SearchEntry]

    /// Corrects single entries of the live index without moving its checkpoint.
    func repair(storing messages: [Message], removing ids: [Message.ID]) async throws
}
