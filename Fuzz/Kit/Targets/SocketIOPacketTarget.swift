import EngineIO
import NIOCore
import SocketIO
import SocketTestKit

/// Socket.IO packets with their attachments, as one session brings them: texts between separators, and attachments as
/// what begins with a `b`.
struct SocketIOPacketTarget: FuzzTarget {
    static let name = "socketio-packet"
    static let grammar = Grammar(
        tokens: (0...7).map(String.init) + [
            "51-", "52-", "510-", "511-", "61-", "50-", "-", "/", "/chat", "/chat,", ",", "\u{1e}", "\u{1e}b",
            "\u{1e}b\u{0}",
            "\u{1e}2[\"a\"]", "[\"a\"", "\"connect\"", "\"disconnect\"", "\"newListener\"", "0", "17",
            "999999999999999999", "9999999999999999999",
        ] + Grammar.json)

    private let configuration: SocketIOConfiguration

    init() {
        var configuration = SocketIOConfiguration()
        configuration.maxAttachments = 4
        configuration.maxAttachmentBytes = 1_000
        configuration.maxNesting = 16
        configuration.maxNamespaceLength = 32
        self.configuration = configuration
    }

    func run(_ input: [UInt8]) throws {
        var decoder = PacketDecoder(configuration: configuration)
        var awaited = 0
        for piece in input.split(separator: 0x1e, omittingEmptySubsequences: false) {
            let packet: SocketIOPacket?
            do {
                if piece.first == UInt8(ascii: "b") {
                    packet = try decoder.binaryReceived(ByteBuffer(bytes: piece.dropFirst()))
                    awaited -= 1
                } else {
                    // The layer below has checked that texts are UTF-8.
                    packet = try decoder.textReceived(ByteBuffer(string: String(decoding: piece, as: UTF8.self)))
                    awaited = packet == nil ? Self.announced(piece) : 0
                }
            } catch {
                // The connection ends here.
                return
            }
            try require(
                (packet == nil) == (awaited > 0), "a packet with \(awaited) attachments missing, or none with all")
            if let packet { try check(packet) }
        }
    }

    /// How many attachments the text says that there will be.
    private static func announced(_ text: ArraySlice<UInt8>) -> Int {
        Int(String(decoding: text.dropFirst().prefix { $0.isDigit }, as: UTF8.self)) ?? 0
    }

    private func check(_ packet: SocketIOPacket) throws {
        let name = packet.namespace
        // Bytes, since a combining character behind the slash would make another character of it.
        try require(
            name.utf8.first == UInt8(ascii: "/") && !name.utf8.contains(UInt8(ascii: ",")), "the namespace \(name)")
        try require(name.utf8.count <= configuration.maxNamespaceLength, "a namespace of \(name.utf8.count) bytes")
        try require(packet.attachments.count == packet.attachmentCount, "\(packet.attachments.count) attachments")
        try require(packet.attachmentCount <= configuration.maxAttachments, "\(packet.attachmentCount) attachments")
        let size = packet.attachments.reduce(0) { $0 + $1.readableBytes }
        try require(size <= configuration.maxAttachmentBytes, "attachments of \(size) bytes")
        try check(try encoded(packet), comesBackAs: packet)
    }

    /// What a server would send to say the same; nil for what only clients say.
    private func encoded(_ packet: SocketIOPacket) throws -> EngineIOOutgoing? {
        switch packet.content {
        case .connect: return nil
        case .disconnect: return PacketEncoder.disconnect(namespace: packet.namespace)
        case .event(let name, let arguments, let ackID):
            try require(!ReservedEvents.contains(name), "the event \(name)")
            let payload = EncodedPayload(arguments: arguments, attachments: packet.attachments)
            return try PacketEncoder.event(namespace: packet.namespace, name: name, ackID: ackID, payload: payload)
        case .ack(let id, let arguments):
            let payload = EncodedPayload(arguments: arguments, attachments: packet.attachments)
            return PacketEncoder.ack(namespace: packet.namespace, id: id, payload: payload)
        }
    }

    private func check(_ outgoing: EngineIOOutgoing?, comesBackAs packet: SocketIOPacket) throws {
        guard let outgoing else { return }
        let frames = try ServerOutput.frames(outgoing.frames)
        try require(frames.count == 1 + packet.attachmentCount, "\(frames.count) frames")
        var decoder = PacketDecoder(configuration: configuration)
        // The text's first byte is Engine.IO's.
        var read = try decoder.textReceived(ByteBuffer(bytes: frames[0].payload.dropFirst()))
        for frame in frames.dropFirst() { read = try decoder.binaryReceived(ByteBuffer(bytes: frame.payload)) }
        try require(read == packet, "\(packet) comes back as \(String(describing: read))")
    }
}
