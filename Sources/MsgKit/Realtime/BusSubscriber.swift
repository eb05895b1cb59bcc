import Logging
import ServiceLifecycle

/// Does the commands of other processes on this process's sockets.
public struct BusSubscriber: Service {
    private let local: any LocalRooms
    private let bus: any EventBus
    private let logger: Logger

    public init(local: any LocalRooms, bus: any EventBus, logger: Logger) {
        self.local = local
        self.bus = bus
        self.logger = logger
    }

    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await command in try await bus.commands() {
                await RequestID.$current.withValue(command.request) { await local.perform(command) }
            }
        }
    }
}
