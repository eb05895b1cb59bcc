import Foundation

/// The names of what lies in the engine.
struct IndexNames: Sendable {
    /// Changes when the mapping, the analysis or the documents' form does: an index of another format is built anew.
    static let format = 1

    /// The alias of the live index.
    let alias: String
    /// The index that holds the state.
    let state: String
    private let stem: String

    init(prefix: String) {
        alias = "\(prefix)-messages"
        state = "\(prefix)-state"
        stem = "\(prefix)-messages-v"
    }

    /// Where the live index is searched: wholly or not at all.
    var search: String {
        "/\(alias)/_search?allow_partial_search_results=false&filter_path=\(SearchAnswer.filter)"
    }

    /// A name that no other index has; it tells when it was given.
    func newIndex(at instant: Date) -> String {
        let time = max(0, Int64(instant.timeIntervalSince1970))
        let random = String(UInt64.random(in: 0...(.max)), radix: 36)
        return "\(stem)\(Self.format)-\(time)-\(random)"
    }

    /// Matches every index of messages, of any format.
    var pattern: String { "\(stem)*" }

    /// Whether an index is one of ours.
    func isIndex(_ name: String) -> Bool { name.hasPrefix(stem) }

    /// When an index of ours was named, by the clock of who did; nil for a name of another form.
    func birth(of index: String) -> Date? {
        let parts = index.dropFirst(stem.count).split(separator: "-")
        guard isIndex(index), parts.count == 3, let seconds = Double(parts[1]), seconds < 1e11 else { return nil }
        return Date(timeIntervalSince1970: seconds)
    }

    /// The alias through which an index is filled until it is live. Writing only through aliases keeps the engine from
    /// making an index of its own when one was removed.
    func buildAlias(of index: String) -> String { "\(index)-build" }
}
