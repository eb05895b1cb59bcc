import Synchronization

/// Lets an event be acknowledged once, from any task.
final class Acknowledger: Sendable {
    private let socket: Socket
    private let id: UInt64
    private let isDone = Atomic(false)

    init(socket: Socket, id: UInt64) {
        self.socket = socket
        self.id = id
    }

    var codec: JSONCodec { socket.namespace.context.codec }

    /// Whether this was the first time.
    func acknowledge(_ payload: EncodedPayload) -> Bool {
        guard !isDone.exchange(true, ordering: .acquiringAndReleasing) else { return false }
        socket.send(PacketEncoder.ack(namespace: socket.namespace.name, id: id, payload: payload))
        return true
    }
}
