import Synchronization

/// A cluster of servers of one process: give each of them ``adapter()``.
///
/// ```swift
/// let cluster = InMemoryCluster()
/// configuration.cluster = cluster.adapter()
/// ```
public final class InMemoryCluster: Sendable {
    /// One queue for each server, because who receives may publish in turn.
    private let queues = Mutex<[AsyncStream<ClusterMessage>.Continuation]>([])

    public init() {}

    deinit {
        for queue in queues.withLock({ $0 }) { queue.finish() }
    }

    /// An adapter for one more server.
    public func adapter() -> any ClusterAdapter { Adapter(cluster: self) }

    private struct Adapter: ClusterAdapter {
        let cluster: InMemoryCluster

        func start(receive: @escaping @Sendable (ClusterMessage) -> Void) {
            let (messages, queue) = AsyncStream<ClusterMessage>.makeStream()
            cluster.queues.withLock { $0.append(queue) }
            Task {
                for await message in messages { receive(message) }
            }
        }

        func publish(_ message: ClusterMessage) {
            // Under the lock, so that all get the messages in the same order.
            cluster.queues.withLock { queues in
                for queue in queues { queue.yield(message) }
            }
        }

        func peerCount() async -> Int { cluster.queues.withLock { $0.count } - 1 }
    }
}
