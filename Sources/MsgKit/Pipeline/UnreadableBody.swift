/// Why a body that lay in the queue is no job, in a sentence.
public struct UnreadableBody: Error, Equatable {
    public var reason: String

    public init(_ reason: String) {
        self.reason = reason
    }

    /// - Parameter error: what decoding it threw.
    public init(_ error: any Error) {
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

    /// - Parameter size: the bytes of a body that is too long to be one.
    public init(tooLong size: Int) {
        reason = "The body has \(size) bytes, more than a job can have."
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".")
    }
}
