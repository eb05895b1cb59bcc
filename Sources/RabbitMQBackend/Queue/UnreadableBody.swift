/// Why a message's body is no job.
struct UnreadableBody: Error {
    var reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    init(_ error: any Error) {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): reason = "The field \(key.stringValue) is missing."
        case .typeMismatch(_, let context),
            .valueNotFound(_, let context)
        where !context.codingPath.isEmpty:
            reason = "The field \(Self.name(context.codingPath)) is of a wrong type."
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            reason = "The field \(Self.name(context.codingPath)) is not valid."
        default: reason = "The body is no JSON object."
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".")
    }
}
