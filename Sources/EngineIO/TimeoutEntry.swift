import NIOCore

/// Told when its entry's time is over.
package protocol TimeoutTarget: AnyObject {
    func timeoutExpired(_ entry: TimeoutEntry)
}

/// A place in a ``TimeoutQueue``; reused for its owner's whole life, so that waiting allocates nothing.
///
/// Confined to the queue's event loop. It keeps its target alive only while it waits.
package final class TimeoutEntry {
    fileprivate(set) var deadline = NIODeadline.uptimeNanoseconds(0)
    var queue: TimeoutQueue?
    var target: (any TimeoutTarget)?
    var previous: TimeoutEntry?
    var next: TimeoutEntry?

    package init() {}

    /// Whether it waits in a queue.
    package var isWaiting: Bool { queue != nil }

    /// Leaves the queue it waits in, if any.
    package func cancel() {
        queue?.remove(self)
    }

    func set(deadline: NIODeadline) {
        self.deadline = deadline
    }
}
