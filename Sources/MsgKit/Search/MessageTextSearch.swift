/// A system of record's own search by words, for when the search index is away: slower, without ranking and without
/// looking past typing errors.
public protocol MessageTextSearch: Sendable {
    /// The messages that match, the newest first. Words are found in any letter case, and without accents as far as the
    /// store can; ``MessageTextMatcher`` has the rules. A deleted message matches nothing.
    ///
    /// Only a bounded number of the newest messages in the query's conversations and time span is looked at; matches
    /// beyond them are neither in the page nor in its total. Scores say nothing.
    func search(_ query: MessageQuery) async throws -> Page<MessageMatch>
}
