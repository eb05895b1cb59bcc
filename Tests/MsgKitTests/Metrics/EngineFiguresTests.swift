import Foundation
import Logging
import MsgTestKit
import PrometheusMetrics
import Synchronization
import Testing

@testable import MsgKit

@Suite(.timeLimit(.minutes(1)))
struct EngineFiguresTests {
    /// Answers, or doesn't.
    private final class Probe: HealthProbe {
        let name: String
        let isRequired = false
        let asked = Atomic(0)
        private let error: MsgError?

        init(_ name: String, failing error: MsgError? = nil) {
            self.name = name
            self.error = error
        }

        func probe() async throws {
            asked.add(1, ordering: .relaxed)
            if let error { throw error }
        }
    }

    private struct Runs: PhaseRunStore {
        let last: [PhaseRun]
        let done: [String: Date]
        func lastRun(_ phase: String) async throws -> PhaseRun? { last.first { $0.phase == phase } }
        func runs() async throws -> [PhaseRun] { last }
        func lastDone() async throws -> [String: Date] { done }
        func begin(_ run: PhaseRun) async throws -> Bool { false }
        func finish(_ run: PhaseRun) async throws {}
    }

    private let registry = PrometheusRegistry()
    private let clock = FakeClock()

    private func figures(
        _ probes: [any HealthProbe], queue: (any JobQueue)? = nil, runs: [PhaseRun] = [], done: [String: Date] = [:]
    ) -> EngineFigures {
        EngineFigures(
            probes: probes, queue: queue ?? MemoryJobQueue(clock: clock, visibilityTimeout: .seconds(60)),
            messages: MemoryAutoMessages(), runs: Runs(last: runs, done: done),
            pools: { [PoolUse(name: "threads", size: 4, inUse: 3, waiting: 2)] },
            indexing: IndexingProgress(clock: clock), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, factory: registry)
    }

    @Test func enginesPoolsQueueAndRunsAreShown() async throws {
        let run = PhaseRun(
            phase: "plan-pairings/default", occurrence: Date(timeIntervalSince1970: 1_000), outcome: .done,
            fencingToken: 1, startedAt: clock.now, node: .random())
        let down = Probe("search", failing: MsgError(.unavailable, "It is away."))
        await figures([Probe("store"), down], runs: [run], done: [run.phase: run.occurrence]).refresh()
        let text = registry.exposition()
        for line in [
            #"msgctl_engine_up{engine="store"} 1"#, #"msgctl_engine_up{engine="search"} 0"#,
            #"msgctl_pool_size{pool="threads"} 4"#, #"msgctl_pool_in_use{pool="threads"} 3"#,
            #"msgctl_pool_waiting{pool="threads"} 2"#, #"msgctl_queue_jobs{state="ready"} 0"#,
            "msgctl_queue_oldest_seconds 0", "msgctl_search_index_lag_seconds 0",
            #"msgctl_schedule_last_run_timestamp_seconds{outcome="done",phase="plan-pairings/default"} 1000"#,
            #"msgctl_schedule_last_done_timestamp_seconds{phase="plan-pairings/default"} 1000"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    /// What an alert on plans that are missing goes by.
    @Test(arguments: [PhaseRun.Outcome.failed, .running, .skipped])
    func whenAPhaseWasDoneIsShownWhateverBecameOfItSince(_ outcome: PhaseRun.Outcome) async throws {
        let phase = "plan-pairings/default"
        let run = PhaseRun(
            phase: phase, occurrence: Date(timeIntervalSince1970: 2_000), outcome: outcome, fencingToken: 1,
            startedAt: clock.now, node: .random())
        await figures([], runs: [run], done: [phase: Date(timeIntervalSince1970: 1_000)]).refresh()
        let text = registry.exposition()
        for line in [
            #"msgctl_schedule_last_run_timestamp_seconds{outcome="\#(outcome.rawValue)",phase="\#(phase)"} 2000"#,
            #"msgctl_schedule_last_done_timestamp_seconds{phase="\#(phase)"} 1000"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test func enginesAreNotAskedAgainForEveryReader() async throws {
        let probe = Probe("store")
        let figures = figures([probe])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await figures.refresh() } }
        }
        #expect(probe.asked.load(ordering: .relaxed) == 1)
    }

    @Test func whatTheQueueDoesNotTellIsNotKnown() async throws {
        await figures([], queue: SilentQueue()).refresh()
        let text = registry.exposition()
        #expect(text.contains(#"msgctl_queue_jobs{state="ready"} NaN"#))
        #expect(text.contains("msgctl_queue_oldest_seconds NaN"))
    }

    /// A queue that is away.
    private struct SilentQueue: JobQueue {
        private let away = MsgError(.unavailable, "It is away.")
        func publish(_ jobs: [DeliveryJob]) async throws { throw away }
        func receive(limit: Int, wait: Duration) async throws -> [Delivery] { throw away }
        func acknowledge(_ deliveries: [Delivery]) async throws { throw away }
        func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws { throw away }
        func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws { throw away }
        func release(_ deliveries: [Delivery]) async throws { throw away }
        func depth() async throws -> QueueDepth { throw away }
    }
}
