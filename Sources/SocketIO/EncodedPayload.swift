import NIOCore

/// The arguments of an event or an acknowledgement, as JSON and attachments.
package struct EncodedPayload: Sendable {
    package var arguments: [ByteBuffer]
    package var attachments: [ByteBuffer]

    package init(arguments: [ByteBuffer] = [], attachments: [ByteBuffer] = []) {
        self.arguments = arguments
        self.attachments = attachments
    }

    var byteCount: Int { (arguments + attachments).reduce(0) { $0 + $1.readableBytes } }
}
