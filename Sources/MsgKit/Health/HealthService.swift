import Foundation
import Logging
import Synchronization

/// Asks every engine, each within a deadline. However many ask, an engine is asked by one of them at a time, and what it
/// answered holds for ``lifetime``.
public final class HealthService: Sendable {
    /// How long an engine may take to answer, unless told otherwise.
    public static let deadline = Duration.seconds(2)
    /// For how long an answer holds, unless told otherwise.
    public static let lifetime = Duration.seconds(1)

    private let probes: [SharedProbe]
    /// By probe's name.
    private let outages: [String: OutageLog]
    private let explains: Bool
    private let isDraining = Atomic(false)

    /// - Parameters:
    ///   - explains: whether the reasons are for whoever runs the program, with hosts and causes, and not for everybody.
    ///   - deadline: how long an engine may take to answer.
    ///   - lifetime: for how long an answer holds.
    ///   - now: the clock of `lifetime`.
    public init(
        probes: [any HealthProbe], explains: Bool = false, deadline: Duration = HealthService.deadline,
        lifetime: Duration = HealthService.lifetime, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.probes = probes.map { SharedProbe($0, deadline: deadline, lifetime: lifetime, now: now) }
        outages = Dictionary(
            probes.map { probe in
                var logger = logger
                logger[metadataKey: "probe"] = "\(probe.name)"
                let log = OutageLog(
                    failing: "a health probe failed", working: "a health probe does not fail any more",
                    logger: logger, now: now)
                return (probe.name, log)
            }, uniquingKeysWith: { first, _ in first })
        self.explains = explains
    }

    /// From now on the process is not ready: it is stopping.
    public func drain() { isDraining.store(true, ordering: .relaxed) }

    /// The report; the log is told of probes that fail when they begin to, every so often, and when they end to.
    public func report() async -> HealthReport {
        let answers = await answers()
        for answer in answers {
            let log = outages[answer.probe.name]
            if let failure = answer.failure { log?.failed(failure, begunAt: answer.begunAt) } else { log?.worked() }
        }
        return report(answers)
    }

    /// The report, with why probes failed by their names; nothing is logged.
    public func examine() async -> (report: HealthReport, failures: [String: any Error]) {
        let answers = await answers()
        let failures = Dictionary(
            answers.compactMap { answer in answer.failure.map { (answer.probe.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        return (report(answers), failures)
    }

    private struct Answer: Sendable {
        var probe: any HealthProbe
        var check: HealthReport.Check
        /// Why it is down.
        var failure: (any Error)?
        var begunAt: ContinuousClock.Instant
    }

    private func answers() async -> [Answer] {
        await withTaskGroup(of: Answer.self) { group in
            for probe in probes { group.addTask { await self.answer(of: probe) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func answer(of shared: SharedProbe) async -> Answer {
        let found = await shared.finding()
        let latency = (found.took.seconds * 100_000).rounded() / 100
        var answer = Answer(
            probe: shared.probe, check: HealthReport.Check(status: .up, latencyMs: latency), begunAt: found.begunAt)
        if let unprepared = found.failure as? UnpreparedEngine {
            answer.check.status = .unprepared
            answer.check.reason = unprepared.hint
        } else if let failure = found.failure {
            answer.check.status = .down
            let known = MsgError(wrapping: failure)
            answer.check.reason = explains ? known.operatorMessage : known.message
            answer.failure = failure
        }
        return answer
    }

    private func report(_ answers: [Answer]) -> HealthReport {
        let down = answers.filter { $0.check.status == .down }
        let status: HealthReport.Status =
            if isDraining.load(ordering: .relaxed) {
                .draining
            } else if down.contains(where: { $0.probe.isRequired }) {
                .unavailable
            } else {
                down.isEmpty ? .ok : .degraded
            }
        return HealthReport(
            status: status,
            checks: Dictionary(answers.map { ($0.probe.name, $0.check) }, uniquingKeysWith: { first, _ in first }))
    }
}
