import Foundation
import Logging
import ServiceLifecycle

/// Says every few seconds how a worker is doing, and takes the last word back when the worker ends in order.
public struct WorkerHeartbeat: Service {
    public static let interval = Duration.seconds(10)

    private let progress: WorkerProgress
    private let board: any WorkerBoard
    private let settings: PipelineSettings
    private let node: NodeID
    private let interval: Duration
    private let logger: Logger

    public init(
        progress: WorkerProgress, board: any WorkerBoard, settings: PipelineSettings, node: NodeID,
        interval: Duration = WorkerHeartbeat.interval, logger: Logger
    ) {
        self.progress = progress
        self.board = board
        self.settings = settings
        self.node = node
        self.interval = interval
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // A store that is away is told of once, and by others, too.
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await board.report(
                        progress.report(of: node, concurrency: settings.concurrency, patience: settings.stallAfter))
                    isFailing = false
                } catch {
                    if !isFailing, !Task.isCancelled {
                        logger.retrying("the worker could not report how it is doing", after: error)
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: interval)
            }
        }
        // Also of a process that is told to end at once. A report that stays behind only says when it was made.
        await Task { [board, node] in try? await board.remove(node) }.value
    }
}
