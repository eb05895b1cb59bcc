import MsgKit
import Testing

extension QueueUnderTest {
    /// So many deliveries, which must be there.
    func take(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while deliveries.count < count {
            let more = try await queue.receive(limit: count - deliveries.count, wait: .seconds(10))
            try #require(
                !more.isEmpty, "\(count) jobs come, but \(deliveries.count) came", sourceLocation: sourceLocation)
            deliveries += more
        }
        return deliveries
    }

    /// Receives and acknowledges until nothing is left for any worker; the jobs in the order in which they came.
    func drain(steps limit: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [DeliveryJob] {
        var jobs: [DeliveryJob] = []
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let deliveries = try await queue.receive(limit: limit, wait: .milliseconds(50))
            if deliveries.isEmpty {
                if try await queue.depth().isDrained { return jobs }
                continue
            }
            try await queue.acknowledge(deliveries)
            jobs += deliveries.map(\.job)
        }
        let depth = try await queue.depth()
        Issue.record("the queue is not drained: \(depth)", sourceLocation: sourceLocation)
        return jobs
    }
}
