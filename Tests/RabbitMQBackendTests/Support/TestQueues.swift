import CRabbitMQ
import Foundation
import Logging
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import RabbitMQBackend

/// Backends on queues of their own, which are removed in the end.
final class TestQueues: Sendable {
    let url: Secret
    let prefix: String
    private let opened: Mutex<[RabbitMQBackend]> = Mutex([])

    init() throws {
        url = try #require(EngineURL.rabbitMQ)
        prefix = "test-\(UUID().uuidString.lowercased())."
    }

    /// Gives the body queues of its own.
    static func with(_ body: (TestQueues) async throws -> Void) async throws {
        let queues = try TestQueues()
        do {
            try await body(queues)
        } catch {
            try await queues.remove()
            throw error
        }
        try await queues.remove()
    }

    var options: RabbitMQOptions {
        RabbitMQOptions(prefix: prefix, retryDelays: [.milliseconds(150), .seconds(600)])
    }

    var topology: QueueTopology { QueueTopology(options) }

    static var logger: Logger {
        var logger = Logger(label: "msgctl.test")
        logger.logLevel = ProcessInfo.processInfo.environment["MSGCTL_TEST_LOG"] == nil ? .critical : .debug
        return logger
    }

    func open(_ change: (inout RabbitMQOptions) -> Void = { _ in }, through proxy: Proxy? = nil) throws
        -> RabbitMQBackend
    {
        var options = options
        change(&options)
        let backend = try RabbitMQBackend.open(
            url: try proxy.map { try $0.url(for: url) } ?? url, options: options, logger: Self.logger)
        opened.withLock { $0.append(backend) }
        return backend
    }

    /// Talks to the broker past all backends.
    @discardableResult
    func directly<Value: Sendable>(
        _ body: @escaping @Sendable (AMQPConnection, ContinuousClock.Instant) throws -> Value
    ) async throws -> Value {
        let errands = BrokerErrands(to: try BrokerEndpoint(url), options: options)
        return try await errands.run(within: .seconds(20), body)
    }

    /// Puts bodies into the sending queue as another program would.
    func publish(_ bodies: [Data], headers: [String: HeaderValue] = [:], to queue: QueueDeclaration? = nil) async throws
    {
        let queue = queue ?? topology.sendingQueue
        try await directly { connection, deadline in
            _ = try connection.declared(queue, until: deadline)
            try connection.selectConfirms()
            try connection.wait(until: deadline) { if case .done = $0 { () } else { nil } }
            for body in bodies {
                try connection.publish(
                    OutgoingMessage(queue: queue.name, messageID: "none", body: body, headers: headers))
                try connection.wait(until: deadline) { if case .confirmed = $0 { () } else { nil } }
            }
        }
    }

    /// How many messages are ready in a queue.
    func ready(in queue: QueueDeclaration) async throws -> Int {
        try await directly { connection, deadline in try connection.declared(queue, until: deadline) }
    }

    private func remove() async throws {
        for backend in opened.withLock({ $0 }) { await backend.close() }
        let names = topology.declarations.map(\.name)
        try await directly { connection, deadline in
            for name in names {
                try connection.delete(queue: name)
                try connection.wait(until: deadline) { if case .done = $0 { () } else { nil } }
            }
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs a broker.
    static var rabbitMQ: Self {
        .enabled(
            if: EngineURL.rabbitMQ != nil, "MSGCTL_TEST_RABBITMQ_URL names no broker; start one with scripts/services")
    }
}
