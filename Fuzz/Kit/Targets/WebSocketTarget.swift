import EngineIO
import NIOCore
import NIOHTTP1
import SocketTestKit

/// The bytes of a websocket client, in any pieces, into the pipeline that a server has: frame decoder, handler, session.
struct WebSocketTarget: FuzzTarget {
    static let name = "websocket"
    static let inputsOfATest = 3_000
    static let grammar = Grammar(
        tokens: ["0", "1", "2", "3", "4", "5", "6", "4echo", "4pause", "4close", "2probe", "é", "\u{1e}"],
        hasFrames: true)

    private let server = EmbeddedServer()
    private let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/socket.io/?EIO=4&transport=websocket")

    func run(_ input: [UInt8]) throws {
        let seed = EmbeddedServer.seed(for: input)
        let whole = try records(of: input, piecesSeed: 0, endsByPeer: seed & 2 == 0)
        let pieces = try records(of: input, piecesSeed: seed, endsByPeer: seed & 2 == 0)
        try require(whole == pieces, "told \(whole) of the whole, \(pieces) of its pieces")
        let size = whole.reduce(0) { sum, record in
            switch record {
            case .text(let text): sum + text.utf8.count
            case .binary(let bytes): sum + bytes.count
            case .opened, .closed: sum
            }
        }
        try require(size <= input.count, "the messages are longer than the frames")
    }

    private func records(of input: [UInt8], piecesSeed: UInt64, endsByPeer: Bool) throws -> [SessionLog.Record] {
        let (output, records) = try server.connection(input, piecesSeed: piecesSeed, endsByPeer: endsByPeer) {
            channel in
            _ = server.engine.completeUpgrade(channel: channel, head: head)
        }
        let frames = try ServerOutput.frames(output)
        try require(records.first == .opened, "no session was opened")
        try ServerOutput.requireSession(toldBy: frames)
        for case .text(let text) in records {
            try require(text.utf8.count < EmbeddedServer.maxPayload, "a message of \(text.utf8.count) bytes")
        }
        return records
    }
}
