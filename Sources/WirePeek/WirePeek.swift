import Foundation

/// Finds out what a server speaks, where one does not answer as its address says it should: such a server closes the
/// connection or waits for more, as one that is in trouble does too, and the operator would not learn what to mend.
///
/// Two connections ask at once, one with the beginning of TLS and one with a request that most servers answer, if only to
/// refuse it. Nothing of the address but host and port is told to them.
public enum WirePeek {
    /// How long a server has for its first words.
    public static let patience = Duration.milliseconds(500)

    /// What the server at a host and port speaks; nil when that is not known. Blocks its thread.
    public static func spoken(host: String, port: Int, within limit: Duration = patience) -> SpokenProtocol? {
        let deadline = ContinuousClock.now + limit
        guard let address = PeekAddress(host: host, port: port) else { return nil }
        var connections = [ClientHello.bytes, Array("GET / HTTP/1.0\r\n\r\n".utf8)]
            .compactMap { PeekConnection(to: address, question: $0) }
        defer { for connection in connections { connection.close() } }
        while connections.contains(where: { !$0.isOver }) {
            let left = deadline - .now
            guard left > .zero else { break }
            var entries = connections.map { pollfd(fd: $0.isOver ? -1 : $0.descriptor, events: $0.events, revents: 0) }
            let milliseconds = Int32(clamping: Int64(left / .milliseconds(1)) + 1)
            guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { break }
            for index in connections.indices where entries[index].revents != 0 { connections[index].proceed() }
            // Whoever speaks TLS may explain in another protocol that they do.
            if connections.contains(where: { $0.spoken == .tls }) { return .tls }
        }
        return connections.compactMap(\.spoken).first
    }

    /// The same, on a thread of its own.
    public static func spoken(host: String, port: Int, within limit: Duration = patience) async -> SpokenProtocol? {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: spoken(host: host, port: port, within: limit)) }
            thread.name = "peek"
            thread.start()
        }
    }
}
