import Foundation
import MsgKit
import Synchronization
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// Calls that wait: each gets one answer, and there is a bound on how many there are. No server is needed for that.
@Suite(.timeLimit(.minutes(2)))
struct WaitingTests {
    private final class Gate: Sendable {
        let semaphore = DispatchSemaphore(value: 0)
    }

    private static func call(
        _ threads: WorkerThreads, timeout: Duration = .seconds(60), _ body: @escaping @Sendable () -> Int
    ) async throws -> Int {
        let call = PendingCall<Int>(deadline: .now + timeout)
        return try await call.value {
            threads.submit(
                WorkerThreads.Job(
                    deadline: call.deadline,
                    run: { if call.begin() { call.settle(.success(body())) } },
                    fail: { call.settle(.failure($0)) }, isSettled: { call.isSettled }))
        }
    }

    @Test func oneMoreThanMayWaitIsToldSo() async throws {
        let threads = WorkerThreads(count: 1, maximumWaiting: 2, name: "test")
        let gate = Gate()
        async let first = Self.call(threads) {
            gate.semaphore.wait()
            return 1
        }
        while threads.runningCount < 1 { await Task.yield() }
        async let second = Self.call(threads) { 2 }
        async let third = Self.call(threads) { 3 }
        while threads.waitingCount < 2 { await Task.yield() }
        await expectError(.serverBusy, when: "two wait already") { try await Self.call(threads) { 4 } }
        gate.semaphore.signal()
        #expect(try await [first, second, third] == [1, 2, 3])
        threads.close()
        await threads.ended()
    }

    @Test func aCallThatIsCancelledBeforeItsTurnIsNeverMade() async throws {
        let threads = WorkerThreads(count: 1, maximumWaiting: 2, name: "test")
        let gate = Gate()
        let isMade = Mutex(false)
        async let first = Self.call(threads) {
            gate.semaphore.wait()
            return 1
        }
        while threads.runningCount < 1 { await Task.yield() }
        let cancelled = Task {
            try await Self.call(threads) {
                isMade.withLock { $0 = true }
                return 2
            }
        }
        while threads.waitingCount < 1 { await Task.yield() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        gate.semaphore.signal()
        #expect(try await first == 1)
        #expect(try await Self.call(threads) { 3 } == 3)
        #expect(!isMade.withLock { $0 })
        let early = Task { try await Self.call(threads) { 4 } }
        early.cancel()
        _ = try? await early.value
        threads.close()
        await threads.ended()
    }

    @Test func whatWaitsOrRunsTooLongIsLate() async throws {
        let threads = WorkerThreads(count: 1, maximumWaiting: 9, name: "test")
        let gate = Gate()
        async let running: Void = expectError(.unavailable, when: "it runs too long") {
            try await Self.call(threads, timeout: .seconds(10)) {
                gate.semaphore.wait()
                return 1
            }
        }
        while threads.runningCount < 1 { await Task.yield() }
        async let waiting: Void = expectError(.unavailable, when: "it waits too long") {
            try await Self.call(threads, timeout: .seconds(20)) { 2 }
        }
        async let patient = Self.call(threads, timeout: .seconds(60)) { 3 }
        while threads.waitingCount < 2 { await Task.yield() }
        threads.expire(at: .now + .seconds(5))
        #expect(threads.waitingCount == 2)
        threads.expire(at: .now + .seconds(30))
        _ = await (running, waiting)
        gate.semaphore.signal()
        #expect(try await patient == 3, "the thread goes on with what is left")
        threads.close()
        await threads.ended()
    }

    @Test func closingFailsWhatWaitsAndLetsEndWhatRuns() async throws {
        let threads = WorkerThreads(count: 2, maximumWaiting: 9, name: "test")
        let gate = Gate()
        async let running = [
            Self.call(threads) {
                gate.semaphore.wait()
                return 1
            },
            Self.call(threads) {
                gate.semaphore.wait()
                return 2
            },
        ]
        while threads.runningCount < 1 { await Task.yield() }
        threads.close()
        await expectError(.unavailable, when: "it is closed") { try await Self.call(threads) { 3 } }
        gate.semaphore.signal()
        gate.semaphore.signal()
        _ = try? await running
        await threads.ended()
    }

    @Test func aSignalWakesAndATimeoutReleases() async {
        let signal = ChangeSignal()
        let before = signal.generation
        async let woken: Void = signal.wait(after: before, timeout: .seconds(60))
        signal.notify()
        await woken
        await signal.wait(after: before, timeout: .seconds(60))
        for timeout in [Duration.zero, .microseconds(1), .milliseconds(5)] {
            await signal.wait(after: signal.generation, timeout: timeout)
        }
        let cancelled = Task { await signal.wait(after: signal.generation, timeout: .seconds(60)) }
        cancelled.cancel()
        await cancelled.value
    }

    @Test func anAddressWithoutAServerFailsAtOnceAndNamesNoPassword() async throws {
        for url in [
            "mongodb://", "http://host", "mongodb://user:s3cret@host:99999/x", "mongodb://host/?w=0",
            "mongodb://user:s3cret@host/?w=1&readConcernLevel=majority",
        ] {
            do {
                _ = try MongoDBBackend(options: MongoDBOptions(url: Secret(url)), logger: TestDatabase.logger)
                Issue.record("\(url) was taken")
            } catch let error as MsgError {
                #expect(error.code == .configuration)
                #expect(!error.debugDescription.contains("s3cret"))
            }
        }
        let uri = try MongoURI(
            MongoDBOptions(
                url: Secret("mongodb://user:s3cret@one:27018,two/chat?w=2&journal=false&socketTimeoutMS=77")),
            socketTimeout: .seconds(5))
        #expect(uri.hosts == "one:27018,two:27017")
        #expect(uri.database == "chat")
        #expect(uri.writeConcern == ["w": 2, "j": false])
        let plain = try MongoURI(MongoDBOptions(url: Secret("mongodb://one")), socketTimeout: .seconds(5))
        #expect(plain.database == "msgctl")
        #expect(plain.writeConcern == ["w": "majority", "j": true])
    }
}
