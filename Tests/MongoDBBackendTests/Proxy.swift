import Foundation
import Glibc
import Synchronization

/// A way to a server that a test can stop, cut and open again.
final class Proxy: Sendable {
    private struct Failure: Error {}

    private struct State {
        var listener: Int32 = -1
        var sockets: Set<Int32> = []
        var isStalled = false
    }

    let port: UInt16
    private let target: UInt16
    private let state = Mutex(State())

    /// - Parameter target: a port of this machine.
    init(to target: UInt16) throws {
        self.target = target
        var listener: Int32 = -1
        port = try Self.listen(on: 0, &listener)
        let opened = listener
        state.withLock { $0.listener = opened }
        accept(from: opened)
    }

    deinit { refuse() }

    /// Nothing goes through any more, and nobody is told.
    func stall() { state.withLock { $0.isStalled = true } }

    /// What was held up goes through.
    func resume() { state.withLock { $0.isStalled = false } }

    /// Ends every connection; new ones are taken.
    func cut() {
        let sockets = state.withLock { $0.sockets }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    /// Ends every connection and takes no new one.
    func refuse() {
        let listener = state.withLock { state in
            defer { state.listener = -1 }
            return state.listener
        }
        if listener >= 0 {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
        }
        cut()
    }

    /// Takes connections again.
    func open() throws {
        var listener: Int32 = -1
        _ = try Self.listen(on: port, &listener)
        let opened = listener
        state.withLock { $0.listener = opened }
        accept(from: opened)
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func newSocket() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

    private static func listen(on port: UInt16, _ listener: inout Int32) throws -> UInt16 {
        listener = newSocket()
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var own = address(port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let isBound = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        guard isBound, Glibc.listen(socket, 64) == 0 else { throw Failure() }
        return UInt16(bigEndian: own.sin_port)
    }

    private func accept(from listener: Int32) {
        Thread.detachNewThread { [weak self, target] in
            while true {
                let client = Glibc.accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                let server = Self.newSocket()
                var address = Self.address(target)
                let isConnected = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
                guard isConnected else {
                    close(client)
                    close(server)
                    continue
                }
                self.state.withLock { $0.sockets.formUnion([client, server]) }
                let ends = Mutex(2)
                for (from, to) in [(client, server), (server, client)] {
                    Thread.detachNewThread { [weak self] in
                        self?.pump(from, to)
                        shutdown(from, Int32(SHUT_RDWR))
                        shutdown(to, Int32(SHUT_RDWR))
                        let isLast = ends.withLock { ends in
                            ends -= 1
                            return ends == 0
                        }
                        guard isLast else { return }
                        self?.state.withLock { $0.sockets.subtract([client, server]) }
                        close(client)
                        close(server)
                    }
                }
            }
        }
    }

    private func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            while state.withLock({ $0.isStalled && $0.sockets.contains(from) }) { usleep(5_000) }
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes { bytes in
                    send(to, bytes.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { return }
                sent += written
            }
        }
    }
}
