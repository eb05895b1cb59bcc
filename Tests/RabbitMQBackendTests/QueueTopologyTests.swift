import Testing

@testable import RabbitMQBackend

struct QueueTopologyTests {
    @Test("the queues have the names that the contract has, and one for each delay")
    func names() {
        let topology = QueueTopology(RabbitMQOptions(retryDelays: [.seconds(30), .milliseconds(1500), .zero]))
        #expect(
            topology.declarations.map(\.name) == [
                "message_sending_queue", "message_dlq_queue", "message_retry_queue.1500", "message_retry_queue.30000",
            ])
        #expect(
            topology.declarations[2].arguments == [
                "x-message-ttl": .integer(1500), "x-dead-letter-exchange": .text(""),
                "x-dead-letter-routing-key": .text("message_sending_queue"),
            ])
    }

    @Test("a delay is never shortened, and never longer than the broker takes")
    func rounding() {
        let topology = QueueTopology(RabbitMQOptions(retryDelays: []))
        #expect(topology.retryQueue(for: .zero) == nil)
        #expect(topology.retryQueue(for: .seconds(-1)) == nil)
        #expect(topology.retryQueue(for: .nanoseconds(1))?.queue.name == "message_retry_queue.1")
        #expect(topology.retryQueue(for: .microseconds(1500))?.queue.name == "message_retry_queue.2")
        #expect(topology.retryQueue(for: .seconds(Int64.max))?.queue.name == "message_retry_queue.4294967295")
    }

    @Test("a pause between two steps waits in the queue of the longer one, and says itself when it is over")
    func between() throws {
        let topology = QueueTopology(RabbitMQOptions(retryDelays: [.seconds(5), .seconds(30), .seconds(300)]))
        let cases: [(Duration, String, Int64?)] = [
            (.milliseconds(1), "5000", 1), (.milliseconds(4999), "5000", 4999), (.seconds(5), "5000", nil),
            (.microseconds(5_000_001), "30000", 5001), (.seconds(30), "30000", nil), (.seconds(299), "300000", 299_000),
        ]
        for (pause, queue, expiration) in cases {
            let found = try #require(topology.retryQueue(for: pause))
            #expect(found.queue.name == "message_retry_queue.\(queue)" && found.isKnown)
            #expect(found.expiration == expiration, "\(pause)")
        }
        #expect(topology.declarations.count == 5, "no pause has a queue of its own")
        #expect(try !#require(topology.retryQueue(for: .seconds(301))).isKnown)
    }

    @Test("the number of retry queues is bounded; beyond it the next longer delay is used")
    func bound() throws {
        var options = RabbitMQOptions(prefix: "p.", retryDelays: [.seconds(1)])
        options.maximumRetryQueues = 2
        let topology = QueueTopology(options)
        #expect(try #require(topology.retryQueue(for: .seconds(1))).isKnown)
        #expect(try !#require(topology.retryQueue(for: .seconds(5))).isKnown)
        topology.remember(delay: .seconds(5))
        #expect(try #require(topology.retryQueue(for: .seconds(5))).isKnown)
        #expect(topology.retryQueue(for: .seconds(2))?.queue.name == "p.message_retry_queue.5000")
        #expect(topology.retryQueue(for: .seconds(60))?.queue.name == "p.message_retry_queue.5000")
        #expect(topology.declarations.count == 4)
    }

    @Test("quorum queues are never made to drop what comes back")
    func quorum() {
        var options = RabbitMQOptions(retryDelays: [])
        options.queueType = .quorum
        let arguments = QueueTopology(options).sendingQueue.arguments
        #expect(arguments["x-queue-type"] == .text("quorum"))
        #expect(arguments["x-delivery-limit"] == .integer(1_000_000_000))
    }
}
