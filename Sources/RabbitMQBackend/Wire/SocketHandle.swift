import Foundation
import Synchronization

/// The socket of a connection, for another thread to break it off; whoever waits for it then goes on with an error.
final class SocketHandle: Sendable {
    /// A descriptor of our own for the same socket: the library closes its one when it likes, and the number may soon be
    /// another file's.
    private let descriptor = Mutex<Int32>(-1)

    deinit {
        detach()
    }

    func attach(_ socket: Int32) {
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        descriptor.withLock { descriptor in
            if descriptor >= 0 { Foundation.close(descriptor) }
            descriptor = own
        }
    }

    func detach() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { Foundation.close(descriptor) }
            descriptor = -1
        }
    }

    func shutDown() {
        descriptor.withLock { if $0 >= 0 { _ = shutdown($0, Int32(SHUT_RDWR)) } }
    }
}
