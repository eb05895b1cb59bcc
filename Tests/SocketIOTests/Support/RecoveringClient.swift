/// A client that keeps what the reference client keeps, and comes back with it.
final class RecoveringClient {
    private let server: TestServer
    private var connection: TestClient
    private var auth: [String: String]
    private(set) var id = ""
    private(set) var pid = ""
    private(set) var offset: String?
    /// Whether the last CONNECT brought the same `pid` back.
    private(set) var isRecovered = false
    /// Events that came before the last CONNECT, without their offsets.
    private(set) var replayed: [String] = []

    init(_ server: TestServer, auth: [String: String] = [:]) async throws {
        self.server = server
        self.auth = auth
        connection = try await server.open()
        try await connect()
    }

    /// Opens another connection, as after a loss that the server has not noticed.
    func comeBack(auth: [String: String]? = nil) async throws {
        if let auth { self.auth = auth }
        connection = try await server.open()
        try await connect()
    }

    /// The connection is lost.
    func drop() async throws { try await connection.close() }

    func send(_ packet: String) { connection.send(packet) }
    func raw() async throws -> String { try await connection.next() }

    private func connect() async throws {
        var fields = auth
        if !pid.isEmpty {
            fields["pid"] = pid
            fields["offset"] = offset
        }
        connection.send("40{" + fields.map { #""\#($0)":"\#($1)""# }.sorted().joined(separator: ",") + "}")
        replayed = []
        while true {
            let packet = try await connection.next()
            guard packet.hasPrefix("40") else {
                guard packet.hasPrefix("42") else { throw TestServer.NotConnected(answer: packet) }
                replayed.append(take(packet))
                continue
            }
            let parts = packet.split(separator: "\"")
            guard parts.count >= 8, parts[1] == "sid", parts[5] == "pid" else {
                throw TestServer.NotConnected(answer: packet)
            }
            id = String(parts[3])
            isRecovered = parts[7] == pid
            pid = String(parts[7])
            return
        }
    }

    /// The next event, without its offset.
    func next() async throws -> String { take(try await connection.next()) }

    /// Keeps the last argument when it is a string, whatever it means.
    private func take(_ packet: String) -> String {
        guard packet.hasSuffix("\"]"), let start = packet.dropLast(2).lastIndex(of: "\"") else { return packet }
        offset = String(packet[start...].dropFirst().dropLast(2))
        return packet[..<start].dropLast() + "]"
    }
}
