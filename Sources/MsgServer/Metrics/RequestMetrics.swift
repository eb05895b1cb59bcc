import HTTPTypes
import Metrics
import MsgKit
import NIOConcurrencyHelpers

/// Counts and times requests by method, route and status.
final class RequestMetrics: Sendable {
    private struct Route: Hashable {
        let method: String
        let path: String
    }

    private struct Answer: Hashable {
        let route: Route
        let status: Int
    }

    private struct Handles {
        var counters: [Answer: Counter] = [:]
        var timers: [Route: Timer] = [:]
    }

    /// Those that routes take; clients can make up others.
    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    /// The route of what no route takes.
    static let unmatched = "unmatched"

    private let factory: (any MetricsFactory)?
    private let handles = NIOLockedValueBox(Handles())

    init(factory: (any MetricsFactory)? = nil) {
        self.factory = factory
    }

    /// What a connection refused before it was a request that anybody could be asked about.
    func refused(status: Int) {
        count(Route(method: "other", path: Self.unmatched), status, since: nil)
    }

    /// - Parameter path: the route's, with its parameters' names; not what the client asked for, of which there is no end.
    func answered(
        _ method: HTTPRequest.Method, _ path: String, status: Int, since start: ContinuousClock.Instant?
    ) {
        count(
            Route(method: Self.methods.contains(method) ? method.rawValue : "other", path: path), status, since: start)
    }

    private func count(_ route: Route, _ status: Int, since start: ContinuousClock.Instant?) {
        let (counter, timer) = handles.withLockedValue { handles -> (Counter, Timer?) in
            let answer = Answer(route: route, status: status)
            let labels = [("method", route.method), ("route", route.path)]
            let counter =
                handles.counters[answer]
                ?? Metric.httpRequests.counter(labels + [("status", "\(status)")], factory)
            handles.counters[answer] = counter
            guard start != nil else { return (counter, nil) }
            let timer = handles.timers[route] ?? Metric.httpRequestSeconds.timer(labels, factory)
            handles.timers[route] = timer
            return (counter, timer)
        }
        counter.increment()
        if let start { timer?.record(since: start) }
    }
}
