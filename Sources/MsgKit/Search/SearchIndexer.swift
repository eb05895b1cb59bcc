import Foundation
import Logging
import ServiceLifecycle

/// Follows the messages and keeps the index up with them, over restarts and while the engine is away. Any number of
/// them may run: the index takes each stretch of changes from one.
public struct SearchIndexer: Service {
    private static let batchSize = 500
    private static let longestWait = Duration.seconds(30)

    private let feed: any MessageChangeFeed
    private let index: any SearchIndex
    private let interval: Duration
    private let progress: IndexingProgress?
    private let outage: OutageLog
    private let logger: Logger

    /// - Parameters:
    ///   - interval: how long it gathers changes before it writes them.
    ///   - progress: learns what waits.
    public init(
        feed: any MessageChangeFeed, index: any SearchIndex, interval: Duration, progress: IndexingProgress? = nil,
        logger: Logger
    ) {
        self.feed = feed
        self.index = index
        self.interval = interval
        self.progress = progress
        self.logger = logger
        outage = OutageLog(
            failing: "search falls behind: changes could not be indexed",
            working: "search keeps up again: changes are indexed", level: .error, logger: logger)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try await follow()
                    backoff.reset()
                } catch is CancellationError {
                    return
                } catch {
                    // What keeps it from the messages themselves is told by their engine.
                    if (error as? MsgError)?.isTold == true {
                        logger.retrying("changes could not be indexed", after: error)
                    } else {
                        outage.failed(error)
                    }
                    try? await Task.sleep(for: backoff.next())
                }
            }
        }
    }

    /// Takes in what has changed, then waits for more.
    private func follow() async throws {
        progress?.begin()
        let checkpoint = try await index.checkpoint()
        let changes = try await feed.changes(after: checkpoint, limit: Self.batchSize)
        progress?.look(at: checkpoint, hasChanges: !changes.isEmpty)
        if let oldest = changes.first?.message {
            progress?.wait(at: checkpoint, for: max(oldest.createdAt, oldest.updatedAt))
            if try await index.apply(changes, following: checkpoint) {
                progress?.settle()
                outage.worked()
            }
            // While messages go on coming, the index is written in large pieces: small ones take the writer's time.
            if changes.count < Self.batchSize { try await Task.sleep(for: interval) }
            return
        }
        progress?.settle()
        outage.worked()
        try await feed.waitForChange(after: checkpoint, timeout: Self.longestWait)
        try await Task.sleep(for: interval)
    }
}
