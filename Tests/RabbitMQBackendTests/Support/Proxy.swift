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
        var isStalled = false
        var isAccepting = true
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

    func resume() { state.withLock { $0.isStalled = false } }

    /// Cuts every connection; new ones are passed on.
    func cut() {
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            state.sockets = []
        }
    }

    /// Cuts every connection and takes no new ones, until ``open()``.
    func close() {
        state.withLock { $0.isAccepting = false }
        cut()
    }

    func open() { state.withLock { $0.isAccepting = true } }

    var connectionCount: Int { state.withLock { $0.sockets.count / 2 } }

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
            state.withLock { $0.sockets += [client, server] }
            Thread { [self] in pump(from: client, to: server) }.start()
            Thread { [self] in pump(from: server, to: client) }.start()
        }
    }

    private func pump(from source: Int32, to destination: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // A stalled peer reads nothing, so that the sender's socket fills up.
            while state.withLock({ $0.isStalled }) { usleep(5000) }
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            while state.withLock({ $0.isStalled }) { usleep(5000) }
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
