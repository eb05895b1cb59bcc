import EngineIO
import NIOCore

extension Connection {
    /// Whether a packet that costs the server work may be handled. Acknowledgements, which the server asked for, and
    /// DISCONNECTs always may.
    func mayHandle(_ packet: SocketIOPacket) -> Bool {
        guard let limiter else { return true }
        switch packet.content {
        case .ack, .disconnect: return true
        case .connect, .event: break
        }
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
