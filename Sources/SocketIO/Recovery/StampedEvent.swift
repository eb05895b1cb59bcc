import EngineIO
import NIOCore

/// An event as it was emitted, and as those get it who may recover it later.
struct StampedEvent: Sendable {
    let event: OutgoingEvent
    /// With the offset behind its arguments.
    let outgoing: EngineIOOutgoing

    /// What it takes to keep it.
    let byteCount: Int

    init(event: OutgoingEvent, outgoing: EngineIOOutgoing) {
        self.event = event
        self.outgoing = outgoing
        byteCount = outgoing.frames.readableBytes + event.payload.byteCount
    }
}
