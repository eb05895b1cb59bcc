import Dispatch
import Foundation
import Synchronization

/// A few threads of their own for work that keeps a core busy for long, behind a bounded queue.
///
/// The cooperative pool of Swift's tasks has one thread per core and serves everything else; a login's tenth of a
/// second on it would be felt by every connection.
final class PasswordHasherThreads: Sendable {
    private struct Job: Sendable {
        var id: UInt64
        var run: @Sendable () -> Void
        var cancel: @Sendable () -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var running = 0
        var nextID: UInt64 = 0
        var isStopped = false

        /// The job that has waited longest, from now on counted as running.
        mutating func take() -> Job? {
            guard !waiting.isEmpty else { return nil }
            running += 1
            return waiting.removeFirst()
        }
    }

    /// What the threads hold on to; not the pool itself, whose end is their sign to end too.
    private final class Shared: Sendable {
        let state = Mutex(State())
        /// Counts waiting jobs, and one more for each thread once the pool is gone.
        let work = DispatchSemaphore(value: 0)
    }

    private let shared = Shared()
    private let count: Int
    private let maxWaiting: Int

    /// - Parameters:
    ///   - count: threads, at least 1.
    ///   - maxWaiting: jobs that may wait while all threads are at work; one more is refused.
    init(count: Int, maxWaiting: Int) {
        self.count = max(1, count)
        self.maxWaiting = max(0, maxWaiting)
        for number in 1...self.count {
            let thread = Thread { [shared] in
                Self.giveWay()
                Self.serve(shared)
            }
            thread.name = "password-hash-\(number)"
            // bcrypt keeps its tables in a heap block of ours; this is ample.
            thread.stackSize = 512 * 1024
            thread.start()
        }
    }

    deinit {
        shared.state.withLock { $0.isStopped = true }
        for _ in 0..<count { shared.work.signal() }
    }

    /// Runs `body` on one of the threads.
    ///
    /// Throws ``PasswordHasherError/busy`` at once when too many wait already, and `CancellationError` when the task
    /// is cancelled before its turn; a body that has begun runs to its end.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        let id = shared.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = Job(
                    id: id,
                    run: { continuation.resume(with: Swift.Result { try body() }) },
                    cancel: { continuation.resume(throwing: CancellationError()) })
                if let refusal = enqueue(job) { continuation.resume(throwing: refusal) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    var use: PoolUse {
        shared.state.withLock {
            PoolUse(name: "password_threads", size: count, inUse: $0.running, waiting: $0.waiting.count)
        }
    }

    /// How many jobs wait for a thread.
    var waitingCount: Int { shared.state.withLock { $0.waiting.count } }

    private func enqueue(_ job: Job) -> (any Error)? {
        let refusal: (any Error)? = shared.state.withLock { state in
            // Asked under the lock: a cancellation that comes later finds the job in the queue.
            if Task.isCancelled { return CancellationError() }
            let idle = count - state.running
            guard state.waiting.count < maxWaiting + idle else { return PasswordHasherError.busy }
            state.waiting.append(job)
            return nil
        }
        if refusal == nil { shared.work.signal() }
        return refusal
    }

    private func cancel(_ id: UInt64) {
        let job = shared.state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        // The semaphore still counts it; the thread it wakes finds the queue one shorter and goes back to sleep.
        job?.cancel()
    }

    /// Has the calling thread run when event loops leave a core idle: a flood of log-ins then slows log-ins alone.
    private static func giveWay() {
        #if os(Linux)
        // There a thread has a niceness of its own, and 0 means the one that asks. More niceness is anybody's to have.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }

    private static func serve(_ shared: Shared) {
        while true {
            shared.work.wait()
            let (job, isStopped) = shared.state.withLock { state in (state.take(), state.isStopped) }
            if let job {
                job.run()
                shared.state.withLock { $0.running -= 1 }
            } else if isStopped {
                return
            }
        }
    }
}
