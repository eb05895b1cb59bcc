import Foundation
import ServiceLifecycle
import Synchronization

/// Looks every few seconds whether queued messages get delivered, so that asking for health waits for no engine.
public final class DeliveryWatch: Service {
    private static let interval = Duration.seconds(5)

    private let survey: DeliverySurvey
    private let found = Mutex<String?>(nil)

    public init(_ survey: DeliverySurvey) { self.survey = survey }

    /// What was wrong when it last looked, as a sentence; nil when nothing was, or when the store could not be asked, which
    /// has a probe of its own.
    public var problem: String? { found.withLock { $0 } }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let problem = try? await self.survey.problem()
                self.found.withLock { $0 = problem }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
