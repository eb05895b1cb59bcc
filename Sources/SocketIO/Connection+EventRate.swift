import EngineIO
import NIOCore

extension Connection {
    /// Whether a packet may be handled. DISCONNECTs always may; acknowledgements count, because nothing keeps a client from
    /// sending those that nobody asked for.
    func mayHandle(_ packet: SocketIOPacket) -> Bool {
        guard let limiter else { return true }
        if case .disconnect = packet.content { return true }
        switch limiter.eventReceived(at: session.eventLoop.now) {
        case .handle: return true
        case .handleAndWait(let time):
            hold()
            limiter.timer = session.eventLoop.scheduleTask(in: time) { self.release() }
            return true
        case .disconnect: return false
        }
    }
}
