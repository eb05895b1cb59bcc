import Foundation

/// Wakes a thread that waits in poll(2).
final class WakeUp: Sendable {
    private let reading: Int32
    private let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        reading = ends[0]
        writing = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    func wake() {
        var byte: UInt8 = 1
        // A full pipe has woken the thread already.
        _ = write(writing, &byte, 1)
    }

    /// Returns when woken, when a socket is ready, or after a time (nil: without end).
    /// - Parameter socket: -1 for none.
    func wait(for socket: Int32 = -1, toWrite: Bool = false, within limit: Duration? = nil) {
        let events = Int16(toWrite ? POLLIN | POLLOUT : POLLIN)
        var entries = [
            pollfd(fd: reading, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: events, revents: 0),
        ]
        // A millisecond more, as a wait that ends too early only goes round.
        let milliseconds = limit.map { Int32(clamping: max(0, Int64($0 / .milliseconds(1))) + 1) } ?? -1
        _ = poll(&entries, 2, limit == .zero ? 0 : milliseconds)
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(reading, &bytes, bytes.count) > 0 {}
    }
}
