import NIOCore

/// A packet from a client.
struct SocketIOPacket: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case connect(auth: ByteBuffer?)
        case disconnect
        case event(name: String, arguments: [ByteBuffer], ackID: UInt64?)
        case ack(id: UInt64, arguments: [ByteBuffer])
    }

    let namespace: String
    let content: Content
    /// How many binary messages belong to it.
    var attachmentCount = 0
    /// Those that have come.
    var attachments: [ByteBuffer] = []
}
