import Logging
import MsgKit
import MsgTestKit
import Synchronization
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
        let probe = Probe(name: "store") {
            calls.note(1)
            await latch.wait()
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = HealthService(probes: [probe], deadline: .milliseconds(1), lifetime: .zero, logger: logger)
        for _ in 0..<20 { #expect(await service.report().status == .unavailable) }
        #expect(calls.entries.count == 8)
        latch.open()
    }

    /// Many who ask at once are no reason to take an engine for hanging.
    @Test(.timeLimit(.minutes(1))) func whoComesWhileItIsAskedGetsTheSameAnswer() async {
        let latch = Latch()
        let calls = Journal<Int>()
        let probe = Probe(name: "store") {
            calls.note(1)
            await latch.wait()
        }
        let time = ContinuousClock.now
        let service = HealthService(
            probes: [probe], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { time })
        let reports = await withTaskGroup(of: HealthReport.Status.self) { group in
            for _ in 0..<50 { group.addTask { await service.report().status } }
            group.addTask {
                latch.open()
                return .ok
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reports == Array(repeating: .ok, count: 51))
        #expect(calls.entries.count == 1)
    }

    @Test func anAnswerHoldsForAWhileAndNoLonger() async {
        let time = Mutex(ContinuousClock.now)
        let answers = Journal<Int>()
        let probe = Probe(name: "store") {
            answers.note(1)
            if answers.entries.count > 1 { throw Away() }
        }
        let service = HealthService(
            probes: [probe], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { time.withLock { $0 } })
        #expect(await service.report().isReady)
        time.withLock { $0 += HealthService.lifetime - .milliseconds(1) }
        #expect(await service.report().isReady)
        #expect(answers.entries.count == 1)
        time.withLock { $0 += .milliseconds(1) }
        #expect(await !service.report().isReady)
        #expect(answers.entries.count == 2)
    }

    @Test func theLogIsToldOfAnOutageOnceHoweverManyAsk() async {
        let logs = Journal<String>()
        let isAway = Atomic(true)
        let probe = Probe(name: "store") { if isAway.load(ordering: .relaxed) { throw Away() } }
        let service = HealthService(
            probes: [probe, Probe(name: "queue")], lifetime: .zero,
            logger: LogJournal.logger(logs))
        for _ in 0..<20 { _ = await service.report() }
        #expect(logs.entries.count == 1)
        #expect(logs.entries.first?.hasPrefix("warning: a health probe failed error=") == true, "\(logs.entries)")
        #expect(logs.entries.first?.hasSuffix("probe=store") == true, "\(logs.entries)")
        isAway.store(false, ordering: .relaxed)
        for _ in 0..<2 { _ = await service.report() }
        #expect(logs.entries.dropFirst() == ["notice: a health probe does not fail any more probe=store"])
    }
}
