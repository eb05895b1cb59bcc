import MsgKit

/// How an index differs from the messages, for a person: the counts, and the ids as far as they fit.
struct DriftText: CustomStringConvertible {
    /// Ids that are printed of each kind; `--output json` has all.
    private static let shown = 20

    let drift: IndexDrift

    var description: String {
        let counts =
            "compared: \(drift.checked), missing: \(drift.missing), stale: \(drift.stale), "
            + "without a message: \(drift.extra), waiting: \(drift.waiting), repaired: \(drift.repaired)"
        let kinds = [("missing", drift.missingIds), ("stale", drift.staleIds), ("without a message", drift.extraIds)]
        let lists = kinds.filter { !$0.1.isEmpty }.map { "\($0.0): \(Self.list($0.1))" }
        return ([counts] + lists).joined(separator: "\n")
    }

    private static func list(_ ids: [Message.ID]) -> String {
        let text = ids.prefix(shown).map(\.description).joined(separator: ", ")
        return ids.count > shown ? "\(text) and \(ids.count - shown) more" : text
    }
}
