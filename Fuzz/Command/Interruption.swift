import Foundation
import Synchronization

/// The signals that ask the process to end: they are noticed, so that it can first end what it has started.
enum Interruption {
    /// Thrown where work ends because of one.
    struct Received: Error {
        let signal: Int32
    }

    static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// 0 while none has come.
    private static let received = Atomic<Int32>(0)

    /// From here on `check` tells of them, and they do nothing else.
    static func watch() {
        // A handler must not be the first to touch it: it is made on first use, under a lock.
        received.store(0, ordering: .relaxed)
        for number in signals {
            signal(number) { Interruption.received.store($0, ordering: .relaxed) }
        }
    }

    /// - Throws: ``Received``, when a signal has come.
    static func check() throws {
        let number = received.load(ordering: .relaxed)
        if number != 0 { throw Received(signal: number) }
    }
}
