import Synchronization

/// A cluster of servers of one process: give each of them ``adapter()``.
///
/// ```swift
/// let cluster = InMemoryCluster()
/// configuration.cluster = cluster.adapter()
/// ```
public final class InMemoryCluster: Sendable {
    private struct Members {
        /// One queue for each server, because who receives may publish in turn.
        var queues: [Int: AsyncStream<ClusterMessage>.Continuation] = [:]
        var joined = 0
    }

    private let members = Mutex(Members())

    public init() {}

    deinit {
        for queue in members.withLock({ $0.queues.values.map { $0 } }) { queue.finish() }
    }

    /// An adapter for one more server.
    public func adapter() -> any ClusterAdapter { Adapter(cluster: self) }

    private struct Adapter: ClusterAdapter {
        let cluster: InMemoryCluster

        func start(receive: @escaping @Sendable (ClusterMessage) -> Void) -> @Sendable () -> Void {
            let (messages, queue) = AsyncStream<ClusterMessage>.makeStream()
            let number = cluster.members.withLock { members in
                members.joined += 1
                members.queues[members.joined] = queue
                return members.joined
            }
            Task {
                for await message in messages { receive(message) }
            }
            return { [cluster] in
                cluster.members.withLock { $0.queues[number] = nil }
                queue.finish()
            }
        }

        func publish(_ message: ClusterMessage) {
            // Under the lock, so that all get the messages in the same order.
            cluster.members.withLock { members in
                for queue in members.queues.values { queue.yield(message) }
            }
        }

        func peerCount() async -> Int { cluster.members.withLock { $0.queues.count } - 1 }
    }
}
