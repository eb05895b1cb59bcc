import Foundation

/// A message to be published, persistent, to a queue by its name.
struct OutgoingMessage: Sendable {
    var queue: String
    var messageID: String
    var body: Data
    var contentType = "application/json"
    var headers: [String: HeaderValue] = [:]
    /// After how many milliseconds it leaves its queue, if not before; nil for the queue's own time.
    var expiration: Int64?
}
