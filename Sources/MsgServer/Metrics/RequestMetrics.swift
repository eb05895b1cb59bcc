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

    private let factory: (any MetricsFactory)?
    private let handles = NIOLockedValueBox(Handles())

    init(factory: (any MetricsFactory)? = nil) {
        self.factory = factory
    }

    /// - Parameter path: the route's, with its parameters' names; not what the client asked for, of which there is no end.
    func answered(
        _ method: HTTPRequest.Method, _ path: String, status: Int, since start: ContinuousClock.Instant?
    ) {
        let route = Route(method: Self.methods.contains(method) ? method.rawValue : "other", path: path)
        let (counter, timer) = handles.withLockedValue { handles -> (Counter, Timer?) in
            let answer = Answer(route: route, status: status)
            let labels = [("method", route.method), ("route", path)]
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
