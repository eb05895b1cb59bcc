import HTTPTypes

extension HTTPField.Name {
    /// Joins a request with the log lines of everybody who had to do with it.
    static let xRequestID = named("X-Request-Id")

    /// By what the client came to the proxy: `http` or `https`.
    static let xForwardedProto = named("X-Forwarded-Proto")

    /// - Parameter name: a token, as the grammar has it.
    private static func named(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no name of a header") }
        return field
    }
}
