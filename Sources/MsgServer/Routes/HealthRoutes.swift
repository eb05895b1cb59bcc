import HTTPTypes
import MsgKit

/// `/api/health`: whether the service can do its work.
struct HealthRoutes: Sendable {
    let health: HealthService

    var routes: [Route] {
        [
            Route(open: .get, "/api/health", isLimited: false) { _ in
                APIAnswer(status: .ok, body: HealthAnswer(await health.report()))
            },
            Route(open: .get, "/api/health/live", isLimited: false) { _ in
                APIAnswer("The server is alive.", Live())
            },
            Route(open: .get, "/api/health/ready", isLimited: false) { _ in
                let report = await health.report()
                return APIAnswer(status: report.isReady ? .ok : .serviceUnavailable, body: HealthAnswer(report))
            },
        ]
    }

    /// That the process answers at all.
    private struct Live: Encodable, Sendable {
        var status = HealthReport.Status.ok
    }
}
