import Foundation
import Logging
import Synchronization

/// Asks every engine, each within a deadline.
public final class HealthService: Sendable {
    /// How long an engine may take to answer, unless told otherwise.
    public static let deadline = Duration.seconds(2)
    /// How many calls of one probe may be under way; while so many hang it counts as down without another.
    private static let maximumCalls = 8

    private let probes: [any HealthProbe]
    private let explains: Bool
    private let deadline: Duration
    private let logger: Logger
    private let isDraining = Atomic(false)
    /// Calls by probe's name that have not come back, those that were given up included.
    private let asking = Mutex<[String: Int]>([:])

    /// - Parameters:
    ///   - explains: whether the reasons are for whoever runs the program, with hosts and causes, and not for everybody.
    ///   - deadline: how long an engine may take to answer.
    public init(
        probes: [any HealthProbe], explains: Bool = false, deadline: Duration = HealthService.deadline, logger: Logger
    ) {
        self.probes = probes
        self.explains = explains
        self.deadline = deadline
        self.logger = logger
    }

    /// From now on the process is not ready: it is stopping.
    public func drain() { isDraining.store(true, ordering: .relaxed) }

    public func report() async -> HealthReport {
        let (report, failures) = await examine()
        for (name, error) in failures.sorted(by: { $0.key < $1.key }) {
            logger.warning(
                "a health probe failed", metadata: ["probe": "\(name)", "error": "\(String(reflecting: error))"])
        }
        return report
    }

    /// The report, with why probes failed by their names; nothing is logged.
    public func examine() async -> (report: HealthReport, failures: [String: any Error]) {
        let answers = await withTaskGroup(of: (any HealthProbe, HealthReport.Check, (any Error)?).self) { group in
            for probe in probes {
                group.addTask {
                    let (check, error) = await self.check(probe)
                    return (probe, check, error)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let checks = answers.map { ($0.0, $0.1) }
        let failures = Dictionary(
            answers.compactMap { answer in answer.2.map { (answer.0.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        let failed = checks.filter { $0.1.status == .down }
        let status: HealthReport.Status =
            if isDraining.load(ordering: .relaxed) {
                .draining
            } else if failed.contains(where: { $0.0.isRequired }) {
                .unavailable
            } else {
                failed.isEmpty ? .ok : .degraded
            }
        let report = HealthReport(
            status: status,
            checks: Dictionary(checks.map { ($0.0.name, $0.1) }, uniquingKeysWith: { first, _ in first }))
        return (report, failures)
    }

    private func check(_ probe: any HealthProbe) async -> (HealthReport.Check, (any Error)?) {
        let start = ContinuousClock.now
        var status = HealthReport.Check.Status.up
        var reason: String?
        var failure: (any Error)?
        do {
            try await ask(probe)
        } catch let unprepared as UnpreparedEngine {
            status = .unprepared
            reason = unprepared.hint
        } catch {
            status = .down
            failure = error
            let known = MsgError(wrapping: error)
            reason = explains ? known.operatorMessage : known.message
        }
        let elapsed = (ContinuousClock.now - start).seconds * 1000
        let latency = (elapsed * 100).rounded() / 100
        return (HealthReport.Check(status: status, latencyMs: latency, reason: reason), failure)
    }

    /// Returns once the probe has answered. One that hangs is left behind, as not every call can be cancelled.
    private func ask(_ probe: any HealthProbe) async throws {
        let late = MsgError(.unavailable, "\(probe.name) did not answer within \(deadline).")
        let mayAsk = asking.withLock { asking in
            guard asking[probe.name, default: 0] < Self.maximumCalls else { return false }
            asking[probe.name, default: 0] += 1
            return true
        }
        guard mayAsk else { throw late }
        let (answer, continuation) = AsyncThrowingStream<Never, any Error>.makeStream()
        let call = Task {
            do {
                try await probe.probe()
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
            asking.withLock { $0[probe.name, default: 0] -= 1 }
        }
        let timer = Task {
            try await Task.sleep(for: deadline)
            continuation.finish(throwing: late)
        }
        defer {
            call.cancel()
            timer.cancel()
        }
        for try await _ in answer {}
        try Task.checkCancellation()
    }
}
