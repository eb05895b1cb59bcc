import MsgKit
import MsgTestKit
import Testing

@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct PipelineModelTests {
    @Test(arguments: TestServer.all)
    func onMongoDB(_ server: TestServer) async throws {
        let clock = FakeClock()
        let queue = MemoryJobQueue(clock: clock, visibilityTimeout: .seconds(60))
        try await ConformanceBackend.check(server) { records in
            try await PipelineModelSuite.check(
                PipelineUnderTest(
                    records, clock: clock, queue: queue, deadLetters: queue.deadLetters, leases: MemoryLeases()),
                runs: 30)
        }
    }
}
