import Foundation

/// An error as the engine reports it, for the log and for what can be done about it.
struct ElasticsearchFault: Error, Sendable, CustomStringConvertible {
    var status: Int
    /// `index_not_found_exception`, …; empty when the answer does not read as one of the engine's.
    var type: String
    var reason: String

    init(status: Int, type: String, reason: String) {
        self.status = status
        self.type = type
        self.reason = String(reason.prefix(500))
    }

    init(_ answer: HTTPAnswer) {
        let body = try? JSONDecoder().decode(Body.self, from: Data(answer.body))
        let isMissing = body?.found == false || body?.result == "not_found"
        self.init(
            status: answer.status, type: body?.error?.type ?? (isMissing ? Self.missingDocument : ""),
            reason: body?.error?.reason ?? "")
    }

    /// The engine has no name for it: the answer says what was not found.
    private static let missingDocument = "document_missing"
    /// No error of the engine: an index has the name of our alias.
    static let misplacedIndex = "misplaced_index"

    var isMissingIndex: Bool { type == "index_not_found_exception" }
    var isMissingDocument: Bool { type == Self.missingDocument }
    var isConflict: Bool { type == "version_conflict_engine_exception" }
    /// It does not know who asks, or does not let them. A block that the engine puts on an index for want of disk space
    /// has the same status.
    var isRefusal: Bool { status == 401 || (status == 403 && type != "cluster_block_exception") }
    /// What passes when the engine is given time.
    var isOverload: Bool { [429, 502, 503, 504].contains(status) }

    var description: String { "status \(status) \(type): \(reason)" }

    private struct Body: Decodable {
        struct Cause: Decodable {
            var type: String?
            var reason: String?
        }

        var error: Cause?
        var found: Bool?
        var result: String?
    }
}
