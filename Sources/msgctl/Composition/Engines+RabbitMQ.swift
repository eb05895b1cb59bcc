import Logging
import MsgKit
import RabbitMQBackend

extension Engines {
    static func openRabbitMQ(
        _ url: Secret, _ configuration: Configuration, logger: Logger, clock: any WallClock
    ) throws -> RabbitMQBackend {
        let options = RabbitMQOptions(
            prefix: configuration.queue.rabbitMQPrefix ?? "",
            queueType: queueType(configuration.queue.rabbitMQQueueType),
            retryDelays: configuration.worker.retryDelays,
            prefetch: configuration.worker.prefetch, visibilityTimeout: configuration.worker.visibilityTimeout)
        return try opening("queue.rabbitmq_url", configuration) {
            try RabbitMQBackend.open(url: url, options: options, logger: logger, clock: clock)
        }
    }

    private static func queueType(_ kind: Configuration.Queue.Kind) -> RabbitMQOptions.QueueType {
        switch kind {
        case .classic: .classic
        case .quorum: .quorum
        }
    }
}

extension QueueEngine {
    init(_ backend: RabbitMQBackend) {
        self.init(jobs: backend.queue, deadLetters: backend.deadLetters, probe: backend.probe)
    }
}
