import NIOCore

/// The arguments of an event or an acknowledgement, as JSON and attachments.
struct EncodedPayload: Sendable {
    var arguments: [ByteBuffer] = []
    var attachments: [ByteBuffer] = []
}
