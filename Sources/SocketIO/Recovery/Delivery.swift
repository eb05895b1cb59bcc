import EngineIO

/// An event on its way to the sockets of a namespace: the same for all of them but for the offset that those get who may
/// recover it.
struct Delivery: Sendable {
    struct Stamped: Sendable {
        let outgoing: EngineIOOutgoing
        /// Its number, or for a volatile event that of the last one before it.
        let sequence: UInt64
        let isVolatile: Bool
    }

    /// The event's name.
    let event: String
    let plain: EngineIOOutgoing
    /// nil when nobody took part in recovery at the time.
    var stamped: Stamped?

    /// The same with bytes of its own.
    func copiedIfSmall() -> Delivery {
        Delivery(
            event: event, plain: plain.copiedIfSmall(),
            stamped: stamped.map {
                Stamped(outgoing: $0.outgoing.copiedIfSmall(), sequence: $0.sequence, isVolatile: $0.isVolatile)
            })
    }

    /// What a socket gets. nil when it was connected later than this was emitted, and has had it as a replay if it missed it.
    func outgoing(for socket: Socket) -> EngineIOOutgoing? {
        guard let recovery = socket.recovery else { return plain }
        guard let stamped else { return nil }
        let isOld = stamped.isVolatile ? stamped.sequence < recovery.floor : stamped.sequence <= recovery.floor
        return isOld ? nil : stamped.outgoing
    }
}
