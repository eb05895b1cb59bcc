import Foundation
import Logging
import Synchronization

/// Asks every engine, each within a deadline.
public final class HealthService: Sendable {
    /// How long an engine may take to answer.
    public static let deadline = Duration.seconds(2)

    private let probes: [any HealthProbe]
    private let logger: Logger
    private let isDraining = Atomic(false)

    public init(probes: [any HealthProbe], logger: Logger) {
        self.probes = probes
        self.logger = logger
    }

    /// From now on the process is not ready: it is stopping.
    public func drain() { isDraining.store(true, ordering: .relaxed) }

    public func report() async -> HealthReport {
        let checks = await withTaskGroup(of: (any HealthProbe, HealthReport.Check).self) { group in
            for probe in probes { group.addTask { (probe, await self.check(probe)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let failed = checks.filter { $0.1.status == .down }
        let status: HealthReport.Status =
            if isDraining.load(ordering: .relaxed) {
                .draining
            } else if failed.contains(where: { $0.0.isRequired }) {
                .unavailable
            } else {
                failed.isEmpty ? .ok : .degraded
            }
        return HealthReport(
            status: status,
            checks: Dictionary(checks.map { ($0.0.name, $0.1) }, uniquingKeysWith: { first, _ in first }))
    }

    private func check(_ probe: any HealthProbe) async -> HealthReport.Check {
        let start = ContinuousClock.now
        var status = HealthReport.Check.Status.up
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await probe.probe() }
                group.addTask {
                    try await Task.sleep(for: Self.deadline)
                    throw MsgError(.unavailable, "\(probe.name) did not answer within \(Self.deadline).")
                }
                defer { group.cancelAll() }
                _ = try await group.next()
            }
        } catch {
            status = .down
            logger.warning(
                "a health probe failed", metadata: ["probe": "\(probe.name)", "error": "\(String(reflecting: error))"])
        }
        let elapsed = (ContinuousClock.now - start).seconds * 1000
        return HealthReport.Check(status: status, latencyMs: (elapsed * 100).rounded() / 100)
    }
}
