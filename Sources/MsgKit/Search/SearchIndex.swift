/// A projection of the messages that finds them by their words: folded for case and accents, ranked, the last word of
/// a query matching as a prefix. It may look past a typing error in a word of at least four letters.
public protocol SearchIndex: Sendable {
    /// The position of the newest change that is in the index; nil when it is empty or was made by another version.
    func checkpoint() async throws -> ChangePosition?

    /// Takes in changes and the position of the last of them, in one step: a deleted message leaves the index, any
    /// other replaces what was there under its id. Applying a change again alters nothing.
    ///
    /// Done only while the checkpoint is `checkpoint`; false, and nothing is taken in, when it has moved since: another
    /// indexer was quicker, or the index was rebuilt.
    func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool

    /// The best matches first; of equals the newest. Operators in the text have no meaning; a text without any word
    /// matches nothing.
    func search(_ query: MessageQuery) async throws -> Page<MessageMatch>
}
