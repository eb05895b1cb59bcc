import DequeModule
import NIOCore

/// What waits for a client that has no websocket and no parked poll at the moment.
struct Outbox {
    private var queue: Deque<EngineIOOutgoing> = []
    private var byteCount = 0
    private var packetCount = 0

    var isEmpty: Bool { queue.isEmpty }

    /// Adds a message. False when it is over the bounds of `configuration`: the session is then to be closed.
    mutating func append(_ outgoing: EngineIOOutgoing, configuration: EngineIOConfiguration) -> Bool {
        byteCount += outgoing.payload.readableBytes
        packetCount += outgoing.packetCount
        guard byteCount <= configuration.maxBufferedBytes, packetCount <= configuration.maxBufferedPackets else {
            return false
        }
        queue.append(outgoing)
        return true
    }

    /// Takes everything as the body of one poll, with a control packet behind it if given.
    mutating func takePayload(adding control: StaticString? = nil) -> ByteBuffer {
        var payload: ByteBuffer
        if queue.count == 1, control == nil {
            payload = queue[0].payload
        } else {
            payload = ByteBuffer()
            payload.reserveCapacity(byteCount + packetCount + 1)
            for outgoing in queue {
                if payload.readableBytes > 0 { payload.writeInteger(PollingPayload.separator) }
                payload.writeImmutableBuffer(outgoing.payload)
            }
            if let control {
                if payload.readableBytes > 0 { payload.writeInteger(PollingPayload.separator) }
                payload.writeStaticString(control)
            }
        }
        self = Outbox()
        return payload
    }

    /// Takes everything as messages in order.
    mutating func takeMessages() -> Deque<EngineIOOutgoing> {
        defer { self = Outbox() }
        return queue
    }
}
