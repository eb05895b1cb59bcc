import MsgKit

/// What the probes found.
struct HealthAnswer: Encodable, Sendable {
    var success: Bool
    var status: HealthReport.Status
    var checks: [String: HealthReport.Check]

    init(_ report: HealthReport) {
        success = report.isReady
        status = report.status
        checks = report.checks
    }
}
