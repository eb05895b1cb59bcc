import Logging
import MsgTestKit
import Testing

@testable import MsgKit

/// Health while messages wait for the index.
struct IndexingProbeTests {
    private let clock = FakeClock()

    private func check(_ progress: IndexingProgress) async throws -> HealthReport.Check {
        let health = HealthService(
            probes: [IndexingProbe(progress: progress)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let report = await health.report()
        #expect(report.isReady, "the service does its work without")
        return try #require(report.checks["indexing"])
    }

    @Test func nothingThatWaitsIsUp() async throws {
        let progress = IndexingProgress(clock: clock)
        #expect(try await check(progress).status == .up)
        progress.begin()
        progress.settle()
        clock.advance(by: .seconds(3600))
        #expect(try await check(progress).status == .up)
    }

    @Test func whatDoesNotMoveIsDownWithTheAgeOfTheOldest() async throws {
        let progress = IndexingProgress(clock: clock)
        let stored = clock.now
        clock.advance(by: .seconds(5))
        for _ in 0..<6 {
            #expect(try await check(progress).status == .up)
            progress.begin()
            progress.wait(at: nil, for: stored)
            clock.advance(by: .seconds(10))
        }
        let check = try await check(progress)
        #expect(check.status == .down)
        #expect(check.reason?.contains("60 s") == true && check.reason?.contains("65 s old") == true)
        progress.settle()
        #expect(try await self.check(progress).status == .up)
    }

    @Test func aLongWayToGoIsNoStandstill() async throws {
        let progress = IndexingProgress(clock: clock)
        let stored = clock.now
        clock.advance(by: .seconds(86_400))
        for number in 0..<20 {
            progress.begin()
            progress.wait(at: ChangePosition(token: "\(number)"), for: stored)
            clock.advance(by: .seconds(30))
            #expect(try await check(progress).status == .up, "another process moves it")
        }
    }

    @Test func aFeedThatCannotBeReadIsDownToo() async throws {
        let progress = IndexingProgress(clock: clock)
        progress.begin()
        clock.advance(by: .seconds(90))
        progress.begin()
        let check = try await check(progress)
        #expect(check.status == .down)
        #expect(check.reason?.contains("90 s") == true)
    }
}
