import Foundation
import MsgKit
import Synchronization
import Testing

/// Stands between a backend and the broker, to pass everything on, to swallow it, or to cut it off.
///
/// One thread for each direction of a connection; a proxy has few.
final class Proxy: Sendable {
    private struct State {
        var sockets: [Int32] = []
        /// Those of connections on which nothing is passed on any more.
        var abandoned: Set<Int32> = []
        /// The clients' ends of the connections, for ``inject(_:)``.
        var clients: [Int32] = []
        var corruption: SeededGenerator?
        var isStalled = false
        var isAccepting = true
        var acceptedCount = 0
    }

    let port: Int
    private let listener: Int32
    private let target: Int
    private let state = Mutex(State())

    /// Passes connections on to a port of this machine.
    init(to url: Secret) throws {
        target = try #require(URLComponents(string: url.reveal())).port ?? 5672
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Proxy.local(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        try #require(isBound)
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in serve() }.start()
    }

    /// The same URL, by way of this proxy.
    func url(for url: Secret) throws -> Secret {
        var parts = try #require(URLComponents(string: url.reveal()))
        parts.host = "127.0.0.1"
        parts.port = port
        return Secret(try #require(parts.string))
    }

    /// From now on nothing is passed on, though connections stay open and new ones are accepted.
    func stall() { state.withLock { $0.isStalled = true } }

    /// On the connections that there are nothing is passed on any more, though they stay open; new ones work.
    func abandon() { state.withLock { $0.abandoned.formUnion($0.sockets) } }

    /// Sends something to every client, as if the broker had; to be called while nothing else comes.
    func inject(_ bytes: [UInt8]) {
        state.withLock { state in
            for client in state.clients { send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    /// Changes a byte of about every second piece that the broker sends, by a seed; nil for no more.
    func corrupt(seed: UInt64?) { state.withLock { $0.corruption = seed.map { SeededGenerator(seed: $0) } } }

    func resume() { state.withLock { $0.isStalled = false } }

    /// Cuts every connection; new ones are passed on.
    func cut() {
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            state.sockets = []
            state.clients = []
            state.abandoned = []
        }
    }

    /// Cuts every connection and takes no new ones, until ``open()``.
    func close() {
        state.withLock { $0.isAccepting = false }
        cut()
    }

    func open() { state.withLock { $0.isAccepting = true } }

    var acceptedCount: Int { state.withLock { $0.acceptedCount } }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            guard state.withLock({ $0.isAccepting }) else {
                Foundation.close(client)
                continue
            }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.local(UInt16(target))
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else {
                Foundation.close(client)
                Foundation.close(server)
                continue
            }
            state.withLock {
                $0.sockets += [client, server]
                $0.clients.append(client)
                $0.acceptedCount += 1
            }
            Thread { [self] in pump(from: client, to: server, mayCorrupt: false) }.start()
            Thread { [self] in pump(from: server, to: client, mayCorrupt: true) }.start()
        }
    }

    private func waitWhileStalled(_ source: Int32) {
        while state.withLock({ $0.isStalled || $0.abandoned.contains(source) }) { usleep(5000) }
    }

    private func pump(from source: Int32, to destination: Int32, mayCorrupt: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // A stalled peer reads nothing, so that the sender's socket fills up.
            waitWhileStalled(source)
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            waitWhileStalled(source)
            if mayCorrupt {
                state.withLock { state in
                    guard var generator = state.corruption else { return }
                    if Bool.random(using: &generator) {
                        buffer[Int.random(in: 0..<count, using: &generator)] ^= UInt8.random(
                            in: 1...255, using: &generator)
                    }
                    state.corruption = generator
                }
            }
            var written = 0
            while written < count {
                let more = buffer.withUnsafeBytes {
                    send(destination, $0.baseAddress?.advanced(by: written), count - written, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                written += more
            }
            if written < count { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(destination, Int32(SHUT_RDWR))
    }

    private static func local(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
