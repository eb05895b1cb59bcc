import EngineIO
import NIOCore

/// Per event loop, the connections that have not connected to a namespace yet.
///
/// `@unchecked Sendable`: the table is constant, and a queue is touched on its own loop only.
final class ConnectTimeouts: @unchecked Sendable {
    private let queues: [ObjectIdentifier: TimeoutQueue]

    init(context: ServerContext) {
        queues = Dictionary(
            context.eventLoops.map {
                (ObjectIdentifier($0), TimeoutQueue(interval: context.configuration.connectTimeout, eventLoop: $0))
            },
            uniquingKeysWith: { first, _ in first })
    }

    /// Called on `eventLoop`.
    func append(_ entry: TimeoutEntry, for target: any TimeoutTarget, on eventLoop: any EventLoop) {
        queues[ObjectIdentifier(eventLoop)]?.append(entry, for: target)
    }
}
