import MsgKit

/// What the probes found.
struct HealthAnswer: Encodable, Sendable {
    var success: Bool
    var message: String
    var status: HealthReport.Status
    var checks: [String: HealthReport.Check]

    init(_ report: HealthReport) {
        success = report.isReady
        message =
            switch report.status {
            case .ok: "Everything answers."
            case .degraded: "Something that the service can do without does not answer."
            case .unavailable: "Something that the service needs does not answer."
            case .draining: "The server is stopping."
            }
        status = report.status
        checks = report.checks
    }
}
