import DequeModule
import Dispatch
import Foundation
import MsgKit
import Synchronization

/// A few threads that may block, behind a bounded queue. The C library waits for its servers on them, and never on
/// those of Swift's tasks.
final class WorkerThreads: Sendable {
    /// A piece of work with somebody who waits for it.
    struct Job: Sendable {
        var deadline: ContinuousClock.Instant
        var run: @Sendable () -> Void
        /// Tells whoever waits that there will be no answer; nothing happens when they have one.
        var fail: @Sendable (MsgError) -> Void
        var isSettled: @Sendable () -> Bool
    }

    private struct State {
        var waiting: Deque<Job> = []
        /// By the number of their threads.
        var running: [Int: Job] = [:]
        var threads: Int
        var isClosed = false
        var ended: [CheckedContinuation<Void, Never>] = []
    }

    /// What the threads hold on to.
    private final class Shared: Sendable {
        let state: Mutex<State>
        /// Counts waiting jobs, and one more for each thread once it is closed.
        let work = DispatchSemaphore(value: 0)

        init(threads: Int) { state = Mutex(State(threads: threads)) }
    }

    private let shared: Shared
    private let count: Int
    private let maximumWaiting: Int

    init(count: Int, maximumWaiting: Int, name: String) {
        self.count = count
        self.maximumWaiting = maximumWaiting
        shared = Shared(threads: count)
        for number in 0..<count {
            let thread = Thread { [shared] in Self.serve(shared, number) }
            thread.name = "\(name)-\(number)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit { close() }

    /// Puts a job behind those that wait, or fails it at once.
    func submit(_ job: Job) {
        let refusal: MsgError? = shared.state.withLock { state in
            if state.isClosed { return .closed }
            // Those that are settled already only wait to be dropped.
            while let first = state.waiting.first, first.isSettled() { state.waiting.removeFirst() }
            guard state.waiting.count < maximumWaiting else { return .busy }
            state.waiting.append(job)
            return nil
        }
        if let refusal { job.fail(refusal) } else { shared.work.signal() }
    }

    /// Fails what has waited or run for too long. A thread that is stuck in such a job stays so until its socket's
    /// own limit.
    func expire(at instant: ContinuousClock.Instant) {
        let late: [Job] = shared.state.withLock { state in
            var late = state.running.values.filter { $0.deadline <= instant }
            // All wait equally long, so the first is the first to be late.
            while let first = state.waiting.first, first.deadline <= instant {
                late.append(first)
                state.waiting.removeFirst()
            }
            return late
        }
        for job in late { job.fail(.late) }
    }

    /// Takes nothing more, and fails what waits; what runs goes on.
    func close() {
        let waiting: Deque<Job> = shared.state.withLock { state in
            guard !state.isClosed else { return [] }
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for _ in 0..<count { shared.work.signal() }
        for job in waiting { job.fail(.closed) }
    }

    /// Returns when every thread has ended, which it does after ``close()`` and after what it runs.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = shared.state.withLock { state in
                if state.threads > 0 { state.ended.append(continuation) }
                return state.threads == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// Each thread has a connection of its own.
    var use: PoolUse {
        shared.state.withLock {
            PoolUse(name: "mongodb_connections", size: count, inUse: $0.running.count, waiting: $0.waiting.count)
        }
    }

    /// How many jobs wait for a thread.
    var waitingCount: Int { shared.state.withLock { $0.waiting.count } }

    var runningCount: Int { shared.state.withLock { $0.running.count } }

    private static func serve(_ shared: Shared, _ number: Int) {
        while true {
            shared.work.wait()
            let (job, isClosed) = shared.state.withLock { state in
                let job = state.waiting.popFirst()
                state.running[number] = job
                return (job, state.isClosed)
            }
            if let job {
                job.run()
                shared.state.withLock { $0.running[number] = nil }
            } else if isClosed {
                break
            }
        }
        let waiting = shared.state.withLock { state in
            state.threads -= 1
            defer { if state.threads == 0 { state.ended = [] } }
            return state.threads == 0 ? state.ended : []
        }
        for continuation in waiting { continuation.resume() }
    }
}
