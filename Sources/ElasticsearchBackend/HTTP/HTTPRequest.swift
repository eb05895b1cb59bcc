/// A request to the engine.
struct HTTPRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    var method: Method
    /// With its query, from the engine's base address on: `/_bulk?refresh=true`.
    var target: String
    var body: [UInt8]?
    var contentType = "application/json"
}
