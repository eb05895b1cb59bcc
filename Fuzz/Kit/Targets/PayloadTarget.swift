import EngineIO
import NIOCore
import SocketTestKit

/// The body of a POST: packets between separators.
struct PayloadTarget: FuzzTarget {
    static let name = "engineio-payload"
    static let grammar = Grammar(
        tokens: (0...7).map(String.init) + [
            "\u{1e}", "\u{1e}4", "\u{1e}b", "b", "bAQID", "=", "==", "AA", "+/", "-_", "é",
        ])

    private static let maxPackets = 32

    func run(_ input: [UInt8]) throws {
        let body = ByteBuffer(bytes: input)
        let pieces = input.split(separator: 0x1e, omittingEmptySubsequences: false)
        let isText = String(validating: input, as: UTF8.self) != nil
        let packets: [EngineIOPacket]
        do {
            packets = try PollingPayload.decode(body, maxPackets: Self.maxPackets)
        } catch {
            return try check(error, pieces, isText: isText)
        }
        try require(isText, "a body that is no UTF-8 was taken")
        try require(packets.count == pieces.count && packets.count <= Self.maxPackets, "\(packets.count) packets")
        var again = ByteBuffer()
        for packet in packets {
            if again.writerIndex > 0 { again.writeInteger(PollingPayload.separator) }
            again.writeImmutableBuffer(packet.encoded)
        }
        try require(again.readableBytes <= input.count + 2 * packets.count, "the packets are longer than the body")
        try require(
            try PollingPayload.decode(again, maxPackets: Self.maxPackets) == packets, "the packets do not come back")
        try checkOutgoing(packets)
    }

    private func check(_ error: EngineIODecodingError, _ pieces: [ArraySlice<UInt8>], isText: Bool) throws {
        let isRight =
            switch error {
            case .invalidUTF8: !isText
            case .tooManyPackets: pieces.count > Self.maxPackets
            case .emptyPacket: pieces.contains(where: \.isEmpty)
            case .unknownPacketType:
                pieces.contains { $0.first.map { !(0x30...0x36).contains($0) && $0 != 0x62 } ?? false }
            case .invalidBase64: pieces.contains { $0.first == 0x62 }
            }
        try require(isRight, "\(error) without a reason")
    }

    /// What a server sends by polling reads as the same messages: a text with attachments behind it.
    private func checkOutgoing(_ packets: [EngineIOPacket]) throws {
        var text: ByteBuffer?
        var binaries: [ByteBuffer] = []
        for case .message(let message) in packets {
            switch message {
            case .text(let data): text = text ?? data
            case .binary(let data): binaries.append(data)
            }
        }
        guard let text else { return }
        let outgoing = EngineIOOutgoing(textLength: text.readableBytes, binaries: binaries) {
            $0.writeImmutableBuffer(text)
        }
        let read = try PollingPayload.decode(outgoing.payload, maxPackets: Self.maxPackets)
        let expected: [EngineIOPacket] = [.message(.text(text))] + binaries.map { .message(.binary($0)) }
        try require(read == expected && outgoing.packetCount == read.count, "the polling form is another message")
        let frames = try ServerOutput.frames(outgoing.frames)
        try require(
            frames.map(\.payload) == [Array(expected[0].encoded.readableBytesView)]
                + binaries.map { Array($0.readableBytesView) },
            "the websocket form is another message")
    }
}
