import Foundation
import Logging
import ServiceLifecycle

/// Forgets sessions some time after they ended, so that the store keeps those that count.
public struct SessionCleaner: Service {
    private static let interval = Duration.seconds(3600)
    /// How long an ended session is kept: a token of it that is shown again is told that its session has ended.
    private static let retention: TimeInterval = 86_400
    /// What one call to the store forgets at most.
    private static let batchSize = 1000

    private let sessions: any SessionStore
    private let clock: any WallClock
    private let logger: Logger

    public init(sessions: any SessionStore, clock: any WallClock, logger: Logger) {
        self.sessions = sessions
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let limit = clock.now.addingTimeInterval(-Self.retention)
                    while try await sessions.deleteEnded(before: limit) == Self.batchSize {}
                } catch is CancellationError {
                    return
                } catch {
                    logger.retrying("ended sessions could not be forgotten", after: error)
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
