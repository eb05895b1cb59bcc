import Dispatch
import Synchronization
import Testing

@testable import MsgKit

@Suite struct PasswordHasherThreadsTests {
    /// Occupies one thread until it is told to go on.
    private final class Blocker: Sendable {
        private let gate = DispatchSemaphore(value: 0)
        private let started = AsyncStream<Void>.makeStream()

        func block() {
            started.continuation.finish()
            gate.wait()
        }

        func release() {
            gate.signal()
        }

        /// Returns once the thread is occupied.
        func hasStarted() async {
            for await _ in started.stream {}
        }
    }

    private final class Recorder: Sendable {
        private let list = Mutex<[Int]>([])

        var numbers: [Int] { list.withLock(\.self) }

        func add(_ number: Int) {
            list.withLock { $0.append(number) }
        }
    }

    @Test func oneMoreThanMayWaitIsRefusedAtOnce() async throws {
        let threads = PasswordHasherThreads(count: 1, maxWaiting: 0)
        let blocker = Blocker()
        let blocked = Task { try await threads.run { blocker.block() } }
        await blocker.hasStarted()
        await #expect(throws: PasswordHasherError.busy) { try await threads.run {} }
        blocker.release()
        try await blocked.value
    }

    @Test func waitingJobsRunInTheirOrder() async throws {
        let threads = PasswordHasherThreads(count: 1, maxWaiting: 3)
        let blocker = Blocker()
        let order = Recorder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await threads.run { blocker.block() } }
            await blocker.hasStarted()
            for number in 1...3 {
                group.addTask { try await threads.run { order.add(number) } }
                while threads.waitingCount < number { await Task.yield() }
            }
            await #expect(throws: PasswordHasherError.busy) { try await threads.run {} }
            blocker.release()
            try await group.waitForAll()
        }
        #expect(order.numbers == [1, 2, 3])
        #expect(threads.waitingCount == 0)
    }

    @Test func aCancelledCallerGivesItsPlaceBack() async throws {
        let threads = PasswordHasherThreads(count: 1, maxWaiting: 1)
        let blocker = Blocker()
        let blocked = Task { try await threads.run { blocker.block() } }
        await blocker.hasStarted()

        let waiting = Task { try await threads.run { Issue.record("ran after its cancellation") } }
        while threads.waitingCount < 1 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(threads.waitingCount == 0)

        let next = Task { try await threads.run { 7 } }
        while threads.waitingCount < 1 { await Task.yield() }
        blocker.release()
        #expect(try await next.value == 7)
        try await blocked.value
    }

    @Test func aTaskCancelledBeforehandDoesNotWait() async throws {
        let threads = PasswordHasherThreads(count: 1, maxWaiting: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await threads.run { () -> Void in Issue.record("ran after its cancellation") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func anErrorOfTheBodyReachesTheCaller() async throws {
        let threads = PasswordHasherThreads(count: 2, maxWaiting: 1)
        await #expect(throws: PasswordHasherError.unavailable) {
            try await threads.run { throw PasswordHasherError.unavailable }
        }
        #expect(try await threads.run { 1 } == 1)
    }

    @Test func whatWaitsStillRunsWhenThePoolIsLetGo() async throws {
        var threads: PasswordHasherThreads? = PasswordHasherThreads(count: 1, maxWaiting: 8)
        let blocker = Blocker()
        let pool = threads
        let first = Task { [pool] in try await pool?.run { blocker.block() } }
        await blocker.hasStarted()
        let second = Task { [pool] in try await pool?.run { 2 } }
        while pool?.waitingCount == 0 { await Task.yield() }
        threads = nil
        blocker.release()
        try await first.value
        #expect(try await second.value == 2)
        #expect(threads == nil)
    }
}
