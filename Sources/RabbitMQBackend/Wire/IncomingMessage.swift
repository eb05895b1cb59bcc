import Foundation

/// A message that the broker sent.
struct IncomingMessage: Sendable {
    enum Origin: Sendable {
        case delivered(tag: UInt64)
        /// The answer to a basic.get, with how many messages are left ready.
        case got(tag: UInt64, left: Int)
        /// Published by this connection, but no queue wanted it.
        case returned(code: UInt16, text: String)
    }

    var origin: Origin
    var properties = MessageProperties()
    /// The beginning of the body, as far as the bound of the assembler goes.
    var body = Data()
    /// The length of the whole body.
    var bodySize: UInt64 = 0

    var isTruncated: Bool { UInt64(body.count) < bodySize }
}
