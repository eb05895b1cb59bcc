import Logging
import MsgKit
import ServiceLifecycle

/// What has to be done now and then: remove what plans that were given up have left behind, and old reports of workers.
struct Housekeeping: Service {
    private static let interval = Duration.seconds(60)

    let database: MongoDatabase
    let plans: PlanRemoval
    let workers: MongoWorkerBoard

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await plans.sweep(at: database.clock.now)
                    try await workers.removeOld(at: database.clock.now)
                } catch is CancellationError {
                    return
                } catch {
                    database.logger.retrying(
                        "housekeeping of the database failed and will be tried again", after: error)
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
