import NIOCore

/// A packet from a client.
package struct SocketIOPacket: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case connect(auth: ByteBuffer?)
        case disconnect
        case event(name: String, arguments: [ByteBuffer], ackID: UInt64?)
        case ack(id: UInt64, arguments: [ByteBuffer])
    }

    package let namespace: String
    package let content: Content
    /// How many binary messages belong to it.
    package var attachmentCount = 0
    /// Those that have come.
    package var attachments: [ByteBuffer] = []
}
