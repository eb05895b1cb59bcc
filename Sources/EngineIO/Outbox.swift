import DequeModule
import NIOCore

/// What waits for a client that has no websocket and no parked poll at the moment.
struct Outbox {
    private var queue: Deque<EngineIOOutgoing> = []
    private var byteCount = 0
    private var packetCount = 0

    var isEmpty: Bool { queue.isEmpty }

    /// Whether so much waits that what is volatile is not added.
    func isBacklogged(_ configuration: EngineIOConfiguration) -> Bool {
        byteCount > configuration.volatileBacklogBytes || packetCount > configuration.volatileBacklogPackets
    }

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

    /// Takes the body of one poll: what came first, up to a number of packets; a message is not divided, so one with
    /// more attachments than that comes alone.
    mutating func takePayload(maxPackets: Int) -> ByteBuffer {
        var payload = ByteBuffer()
        var taken = 0
        while let next = queue.first, taken == 0 || taken + next.packetCount <= maxPackets {
            queue.removeFirst()
            taken += next.packetCount
            packetCount -= next.packetCount
            byteCount -= next.payload.readableBytes
            if taken == next.packetCount {
                payload = next.payload
            } else {
                payload.writeInteger(PollingPayload.separator)
                payload.writeImmutableBuffer(next.payload)
            }
        }
        return payload
    }

    /// Whether all that waits, and the packet behind it that says so, are no more than the body of one poll may have.
    func fitsFarewell(maxPackets: Int) -> Bool { queue.isEmpty || packetCount < maxPackets }

    /// Takes everything as the body of a last poll, with a packet behind it that says so.
    mutating func takeFarewell(_ control: StaticString) -> ByteBuffer {
        var payload = takePayload(maxPackets: .max)
        if payload.readableBytes > 0 { payload.writeInteger(PollingPayload.separator) }
        payload.writeStaticString(control)
        return payload
    }

    /// Takes everything as messages in order.
    mutating func takeMessages() -> Deque<EngineIOOutgoing> {
        defer { self = Outbox() }
        return queue
    }
}
