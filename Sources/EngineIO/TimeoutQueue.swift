import NIOCore

/// Everything on one event loop that waits for the same length of time: a list in order of deadline and one timer.
///
/// Because all waits are equally long, a new one always belongs at the end, and joining and leaving cost nothing
/// however many wait. Confined to its event loop.
package final class TimeoutQueue {
    private let eventLoop: any EventLoop
    private let interval: TimeAmount
    /// How early an entry may expire, so that one run of the timer serves many.
    private let slack: TimeAmount
    private var first: TimeoutEntry?
    private var last: TimeoutEntry?
    private var isTimerSet = false

    package init(interval: Duration, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.interval = max(TimeAmount(interval), .milliseconds(1))
        self.slack = .nanoseconds(self.interval.nanoseconds / 256)
    }

    /// Lets `entry` wait, from now on, on behalf of `target`. An entry that waits already starts anew.
    package func append(_ entry: TimeoutEntry, for target: any TimeoutTarget) {
        entry.cancel()
        entry.set(deadline: eventLoop.now + interval)
        entry.queue = self
        entry.target = target
        entry.previous = last
        if let last { last.next = entry } else { first = entry }
        last = entry
        setTimer()
    }

    func remove(_ entry: TimeoutEntry) {
        if let previous = entry.previous { previous.next = entry.next } else { first = entry.next }
        if let next = entry.next { next.previous = entry.previous } else { last = entry.previous }
        entry.previous = nil
        entry.next = nil
        entry.queue = nil
        entry.target = nil
    }

    private func setTimer() {
        guard !isTimerSet, let first else { return }
        isTimerSet = true
        // The timer is not moved when its entry leaves early: it then finds nothing due and is set again.
        eventLoop.assumeIsolated().scheduleTask(deadline: first.deadline) {
            self.isTimerSet = false
            self.expire()
        }
    }

    private func expire() {
        let due = eventLoop.now + slack
        while let entry = first, entry.deadline <= due {
            let target = entry.target
            remove(entry)
            target?.timeoutExpired(entry)
        }
        setTimer()
    }
}
