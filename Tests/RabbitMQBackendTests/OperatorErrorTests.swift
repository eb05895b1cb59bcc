import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// What the operator is told when the broker can't be used: which setting, which host, the cause and what to do.
@Suite(.rabbitMQ, .timeLimit(.minutes(2)))
struct OperatorErrorTests {
    /// The error of a call with this URL, and what was logged meanwhile.
    private func failure(
        at url: (BrokerEndpoint) -> String, _ code: ErrorCode
    ) async throws -> (error: MsgError, log: [String]) {
        let endpoint = try BrokerEndpoint(try #require(EngineURL.rabbitMQ))
        let log = Journal<String>()
        let backend = try RabbitMQBackend.open(
            url: Secret(url(endpoint)), options: RabbitMQOptions(prefix: "test-operator."),
            logger: LogJournal.logger(log))
        let error = await expectFailure(code, within: .seconds(10)) { try await backend.probe.probe() }
        await backend.close()
        let texts = [error?.operatorMessage ?? "", String(reflecting: error)] + log.entries
        for text in texts { #expect(!text.contains("s3cret") && !text.contains("AMQPFailure"), "\(text)") }
        return (try #require(error), log.entries)
    }

    @Test("a wrong password is a matter of queue.rabbitmq_url")
    func password() async throws {
        let error = try await failure(at: { "amqp://nobody:s3cret@\($0.address)/" }, .configuration).error
        #expect(error.operatorMessage.hasPrefix("queue.rabbitmq_url: RabbitMQ at "), "\(error.operatorMessage)")
        #expect(error.operatorMessage.contains("refuses the user name or the password"), "\(error.operatorMessage)")
    }

    @Test("a virtual host that is not there is named")
    func virtualHost() async throws {
        let error = try await failure(at: { "amqp://guest:guest@\($0.address)/nowhere" }, .configuration).error
        #expect(error.operatorMessage.contains("no virtual host \"nowhere\""), "\(error.operatorMessage)")
    }

    @Test("TLS on this side only is told with what to write")
    func otherScheme() async throws {
        let error = try await failure(at: { "amqps://guest:s3cret@\($0.address)/" }, .configuration).error
        #expect(error.operatorMessage.hasPrefix("queue.rabbitmq_url: RabbitMQ at "), "\(error.operatorMessage)")
        #expect(
            error.operatorMessage.contains("does not speak TLS; write amqp:// in place of amqps://"),
            "\(error.operatorMessage)")
    }

    @Test("a broker that is away is told with host and cause, in one line of the log")
    func away() async throws {
        let (error, log) = try await failure(at: { _ in "amqp://guest:s3cret@127.0.0.1:1/" }, .unavailable)
        #expect(error.operatorMessage.contains("127.0.0.1:1"), "\(error.operatorMessage)")
        #expect(error.operatorMessage.contains("connection is refused"), "\(error.operatorMessage)")
        #expect(log.count == 1, "\(log)")
    }

    @Test("a queue that was made otherwise is told once in a short line of the log")
    func otherArguments() async throws {
        try await TestQueues.with { queues in
            try await queues.directly { connection, deadline in
                _ = try connection.declared(
                    QueueDeclaration(name: queues.topology.sending, arguments: ["x-max-priority": .integer(3)]),
                    until: deadline)
            }
            let log = Journal<String>()
            let backend = try RabbitMQBackend.open(
                url: queues.url, options: queues.options, logger: LogJournal.logger(log))
            for _ in 0..<3 {
                await expectFailure(.configuration, within: .seconds(10)) { try await backend.probe.probe() }
            }
            await backend.close()
            let lines = log.entries.filter { $0.contains("x-max-priority") }
            #expect(lines.count == 1, "\(lines)")
            #expect(
                lines.allSatisfy { $0.count < 400 && $0.components(separatedBy: "x-max-priority").count == 2 },
                "\(lines)")
        }
    }
}
