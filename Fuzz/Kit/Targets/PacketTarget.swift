import EngineIO
import NIOCore

/// One Engine.IO packet in its text form.
struct PacketTarget: FuzzTarget {
    static let name = "engineio-packet"
    static let grammar = Grammar(tokens: (0...9).map(String.init) + ["probe", "2probe", "b", "é"] + Grammar.json)

    func run(_ input: [UInt8]) throws {
        let bytes = ByteBuffer(bytes: input)
        let packet: EngineIOPacket
        do {
            packet = try EngineIOPacket(text: bytes)
        } catch {
            let expected: EngineIODecodingError = input.isEmpty ? .emptyPacket : .unknownPacketType
            return try require(error == expected, "\(error) instead of \(expected)")
        }
        try require((0x30...0x36).contains(input[0]), "a packet of the unknown type \(input[0])")
        let encoded = packet.encoded
        try require(encoded.readableBytes <= input.count, "the packet is longer than what it was read from")
        try require(encoded == bytes || packet.hasNoData, "the packet is not what it was read from")
        try require(try EngineIOPacket(text: encoded) == packet, "the packet does not come back")
    }
}

extension EngineIOPacket {
    /// In text form; a binary message in that of polling.
    var encoded: ByteBuffer {
        switch self {
        case .open(let data): ByteBuffer(string: "0") + data
        case .close: ByteBuffer(string: "1")
        case .ping(let data): ByteBuffer(string: "2") + data
        case .pong(let data): ByteBuffer(string: "3") + data
        case .message(.text(let data)): ByteBuffer(string: "4") + data
        case .message(.binary(let data)): PollingPayload.binary(data)
        case .upgrade: ByteBuffer(string: "5")
        case .noop: ByteBuffer(string: "6")
        }
    }

    /// Its type is all there is to it; what follows in the text is passed over.
    fileprivate var hasNoData: Bool { self == .close || self == .upgrade || self == .noop }
}

extension PollingPayload {
    fileprivate static func binary(_ data: ByteBuffer) -> ByteBuffer {
        var payload = ByteBuffer()
        appendBinary(data, to: &payload)
        return payload
    }
}

private func + (left: ByteBuffer, right: ByteBuffer) -> ByteBuffer {
    var sum = left
    sum.writeImmutableBuffer(right)
    return sum
}
