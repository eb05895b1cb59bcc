import Logging
import ServiceLifecycle

/// Runs a service while the body does, then stops it gracefully and returns when it has ended.
@discardableResult
package func running<Result: Sendable>(
    _ service: any Service, _ body: (ServiceGroup) async throws -> Result
) async throws -> Result {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let group = ServiceGroup(
        configuration: .init(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger))
    let task = Task { try await group.run() }
    do {
        let result = try await body(group)
        await group.triggerGracefulShutdown()
        try await task.value
        return result
    } catch {
        await group.triggerGracefulShutdown()
        try await task.value
        throw error
    }
}
