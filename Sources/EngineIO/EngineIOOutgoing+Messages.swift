import NIOCore

extension EngineIOOutgoing {
    /// What it was made of, decoded from its polling form.
    package var messages: [EngineIOMessage] {
        let packets = (try? PollingPayload.decode(payload, maxPackets: packetCount)) ?? []
        return packets.compactMap { packet in
            if case .message(let message) = packet { message } else { nil }
        }
    }
}
