import EngineIO
import NIOCore
import NIOHTTP1
import SocketTestKit

/// The bytes of a whole connection: requests, one of them perhaps for a websocket, and frames behind it.
struct HTTPUpgradeTarget: FuzzTarget {
    static let name = "http-upgrade"
    static let inputsOfATest = 3_000
    static let grammar = Grammar(
        tokens: [
            "GET ", "POST ", "OPTIONS ", "PRI * HTTP/2.0", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "\r\n", "\r\n\r\n", "\n",
            ":",
            "/socket.io/?EIO=4&transport=websocket", "/later", "Host: x\r\n", "Upgrade: websocket\r\n",
            "Upgrade: h2c\r\n",
            "Connection: Upgrade\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Content-Length: 0\r\n",
            "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n",
            "0\r\n\r\n",
            "Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Origin: http://x\r\n",
            "Origin: http://y\r\n", "Expect: 100-continue\r\n",
            "X-Long: " + String(repeating: "x", count: 300) + "\r\n",
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            "GET /later HTTP/1.1\r\nHost: x\r\n\r\n",
        ])

    private let server = EmbeddedServer()

    func run(_ input: [UInt8]) throws {
        let seed = EmbeddedServer.seed(for: input)
        let whole = try records(of: input, piecesSeed: 0)
        let pieces = try records(of: input, piecesSeed: seed)
        try require(whole == pieces, "told \(whole) of the whole, \(pieces) of its pieces")
    }

    private func records(of input: [UInt8], piecesSeed: UInt64) throws -> [SessionLog.Record] {
        let responder = PromptResponder()
        let (output, records) = try server.connection(input, piecesSeed: piecesSeed, endsByPeer: true) { channel in
            try server.engine.configureHTTPServerPipeline(of: channel, httpHandlers: [responder])
        }
        let lines = String(decoding: output.readableBytesView, as: UTF8.self)
        let switches = lines.ranges(of: "HTTP/1.1 101").count
        try require(switches <= 1 && (switches == 1 || records.isEmpty), "\(switches) switches, told \(records)")
        let requests = input.count { $0 == 0x0a } / 2 + 1
        try require(responder.answers <= requests, "\(responder.answers) answers to at most \(requests) requests")
        try checkFrames(behindSwitchIn: output, hasSession: !records.isEmpty)
        return records
    }

    private func checkFrames(behindSwitchIn output: ByteBuffer, hasSession: Bool) throws {
        guard hasSession else { return }
        let bytes = Array(output.readableBytesView)
        guard let head = bytes.ranges(of: Array("HTTP/1.1 101".utf8)).first,
            let end = bytes[head.lowerBound...].ranges(of: [0x0d, 0x0a, 0x0d, 0x0a]).first
        else {
            throw BrokenInvariant("a session without a switch")
        }
        let frames = try ServerOutput.frames(ByteBuffer(bytes: bytes[end.upperBound...]))
        try ServerOutput.requireSession(toldBy: frames)
    }
}
