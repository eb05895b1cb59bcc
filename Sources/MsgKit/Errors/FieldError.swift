/// One field of a request that failed validation.
public struct FieldError: Sendable, Equatable, Codable {
    /// Where the field stands in the request.
    public enum Location: String, Sendable, Codable {
        case body, query, params
    }

    public var type = "field"
    /// The field's name, with a dot for each level below the first.
    public var path: String
    public var location: Location
    /// A sentence that says what would be right.
    public var msg: String

    public init(_ path: String, _ message: String, in location: Location = .body) {
        self.path = path
        self.location = location
        self.msg = message
    }
}
