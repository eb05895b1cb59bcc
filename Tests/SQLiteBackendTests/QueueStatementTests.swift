import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import SQLiteBackend

/// What a worker asks of the database does not grow with what waits in the queue.
@Suite(.timeLimit(.minutes(1)))
struct QueueStatementTests {
    @Test func lookingAfterDeadWorkersIsNotDoneAtEachReceive() async throws {
        let looks = Atomic<Int>(0)
        let home = try TestDirectory()
        var options = SQLiteOptions()
        options.trace = { sql in
            if sql.contains("DISTINCT holderHost") { looks.wrappingAdd(1, ordering: .relaxed) }
        }
        let queue = try await home.open(options).queue
        let make = Fixtures()
        try await queue.publish((0..<50).map { make.job("Job \($0)") })
        let began = ContinuousClock.now
        for _ in 0..<50 {
            let deliveries = try await queue.receive(limit: 1, wait: .seconds(10))
            #expect(deliveries.count == 1)
            try await queue.acknowledge(deliveries)
        }
        let most = 1 + Int((ContinuousClock.now - began) / SQLiteJobQueue.rescueInterval)
        #expect((1...most).contains(looks.load(ordering: .relaxed)))
    }
}
