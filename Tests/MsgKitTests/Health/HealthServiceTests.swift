import Logging
import MsgKit
import MsgTestKit
import Testing

struct HealthServiceTests {
    private struct Probe: HealthProbe {
        var name: String
        var isRequired = true
        var ask: @Sendable () async throws -> Void = {}
        func probe() async throws { try await ask() }
    }

    private struct Away: Error {}

    private func service(_ probes: Probe...) -> HealthService {
        HealthService(probes: probes, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func allThatAnswerIsOK() async {
        let report = await service(Probe(name: "store"), Probe(name: "search", isRequired: false)).report()
        #expect(report.status == .ok)
        #expect(report.isReady)
        #expect(report.checks.mapValues(\.status) == ["store": .up, "search": .up])
        #expect(report.checks.values.allSatisfy { $0.latencyMs >= 0 })
    }

    @Test func withoutProbesItIsOK() async {
        #expect(await service().report().status == .ok)
    }

    @Test func aFailingOneThatIsNeededMakesItUnavailable() async {
        let report = await service(Probe(name: "store") { throw Away() }, Probe(name: "search", isRequired: false))
            .report()
        #expect(report.status == .unavailable)
        #expect(!report.isReady)
        #expect(report.checks.mapValues(\.status) == ["store": .down, "search": .up])
    }

    @Test func aFailingOneThatIsNotNeededDegradesIt() async {
        let report = await service(Probe(name: "store"), Probe(name: "search", isRequired: false) { throw Away() })
            .report()
        #expect(report.status == .degraded)
        #expect(report.isReady)
    }

    @Test func whyOneIsDownIsSaidAndDetailsOnlyToWhomTheyAreFor() async {
        let probe = Probe(name: "store") { throw MsgError(.unavailable, "It is away.", detail: "db1:27017 is away.") }
        #expect(await service(probe).report().checks["store"]?.reason == "It is away.")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let report = await HealthService(probes: [probe], explains: true, logger: logger).report()
        #expect(report.checks["store"]?.reason == "db1:27017 is away.")
    }

    @Test func oneInWhichNothingIsMadeYetIsNotAway() async {
        let report = await service(Probe(name: "store") { throw UnpreparedEngine(hint: "Run msgctl migrate.") })
            .report()
        #expect(report.status == .ok)
        #expect(report.checks["store"]?.status == .unprepared)
        #expect(report.checks["store"]?.reason == "Run msgctl migrate.")
    }

    @Test func drainingSaysSoWhateverTheProbesSay() async {
        let service = service(Probe(name: "store") { throw Away() })
        service.drain()
        let report = await service.report()
        #expect(report.status == .draining)
        #expect(!report.isReady)
        #expect(report.checks["store"]?.status == .down)
    }

    @Test func probesAreAskedAtTheSameTime() async {
        let latches = [Latch(), Latch()]
        let report = await service(
            Probe(name: "one") {
                latches[0].open()
                await latches[1].wait()
            },
            Probe(name: "other") {
                latches[1].open()
                await latches[0].wait()
            }
        ).report()
        #expect(report.status == .ok)
    }

    /// The engine's answer never comes, and the call to it can't be cancelled: a blocking read from a dead disk.
    @Test(.timeLimit(.minutes(1))) func oneThatHangsIsDownAfterTheDeadline() async {
        let latch = Latch()
        let service = service(Probe(name: "store"), Probe(name: "queue") { await latch.wait() })
        let report = await service.report()
        #expect(report.status == .unavailable)
        #expect(report.checks.mapValues(\.status) == ["store": .up, "queue": .down])
        let latency = report.checks["queue"]?.latencyMs ?? 0
        #expect(latency >= HealthService.deadline.seconds * 1000)
        latch.open()
    }

    /// However often it is asked while its engine hangs.
    @Test(.timeLimit(.minutes(1))) func oneThatHangsIsNotCalledAgainAndAgain() async {
        let latch = Latch()
        let calls = Journal<Int>()
        let service = service(
            Probe(name: "store") {
                calls.note(1)
                await latch.wait()
            })
        let reports = await withTaskGroup(of: HealthReport.Status.self) { group in
            for _ in 0..<50 { group.addTask { await service.report().status } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reports.allSatisfy { $0 == .unavailable })
        #expect(calls.entries.count <= 8)
        latch.open()
    }
}
