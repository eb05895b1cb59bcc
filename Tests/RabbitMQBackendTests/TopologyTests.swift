import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// Queues that are missing, deleted or made otherwise.
@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct TopologyTests {
    @Test("a queue with other arguments is an error that names it and says what to do, until it is deleted")
    func otherArguments() async throws {
        try await TestQueues.with { queues in
            let name = queues.topology.sending
            try await queues.directly { connection, deadline in
                _ = try connection.declared(
                    QueueDeclaration(name: name, arguments: ["x-max-priority": .integer(3)]), until: deadline)
            }
            let backend = try queues.open()
            let calls: [() async throws -> Void] = [
                { try await backend.queue.publish(jobs(1)) },
                { _ = try await backend.queue.receive(limit: 1, wait: .zero) },
                { _ = try await backend.queue.depth() },
                { try await backend.probe.probe() },
            ]
            for call in calls {
                let error = await expectFailure(.configuration, within: .seconds(3), call)
                let text = error?.operatorMessage ?? ""
                for part in ["queue.rabbitmq_", name, "x-max-priority", "delete it once it is empty"] {
                    #expect(text.contains(part), "\(text)")
                }
                #expect(error?.message.contains(name) == false, "a client learns of no queue")
            }
            try await delete(name, in: queues)
            try await eventually(within: .seconds(15)) { try await backend.queue.publish(jobs(1)) }
            try await eventually(within: .seconds(15)) { try await backend.queue.acknowledge(backend.take(1)) }
        }
    }

    @Test("an inspection makes no queue, says which is missing, and sees one with other arguments")
    func inspection() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            for _ in 0..<2 {
                let hint = await #expect(throws: UnpreparedEngine.self) { try await backend.inspection.probe() }?.hint
                #expect(hint?.contains(queues.topology.sending) == true)
            }
            try await backend.probe.probe()
            try await backend.inspection.probe()
            try await delete(queues.topology.deadLetters, in: queues)
            let name = queues.topology.deadLetters
            try await queues.directly { connection, deadline in
                _ = try connection.declared(
                    QueueDeclaration(name: name, arguments: ["x-max-priority": .integer(3)]), until: deadline)
            }
            let error = await expectFailure(.configuration, within: .seconds(5)) {
                try await backend.inspection.probe()
            }
            #expect(error?.operatorMessage.contains(name) == true)
            try await delete(name, in: queues)
        }
    }

    @Test("a retry queue with other arguments fails the retry, and the job stays in hand")
    func otherRetryQueue() async throws {
        try await TestQueues.with { queues in
            let delay = Duration.milliseconds(777)
            var options = queues.options
            options.retryDelays = [.milliseconds(150)]
            let queue = try #require(QueueTopology(options).retryQueue(for: delay)).queue
            try await queues.directly { connection, deadline in
                _ = try connection.declared(QueueDeclaration(name: queue.name), until: deadline)
            }
            let backend = try queues.open { $0.retryDelays = options.retryDelays }
            try await backend.queue.publish(jobs(1))
            let delivery = try await backend.take(1)[0]
            for _ in 0..<2 {
                let error = await expectFailure(.configuration, within: .seconds(3)) {
                    try await backend.queue.retry(delivery, as: delivery.job, after: delay)
                }
                #expect(error?.operatorMessage.contains(queue.name) == true)
            }
            #expect(try await backend.queue.depth().inFlight == 1)
            try await delete(queue.name, in: queues)
            try await backend.queue.retry(delivery, as: delivery.job, after: delay)
            #expect(try await backend.queue.depth().delayed == 1)
            try await backend.queue.acknowledge(try await backend.take(1))
            try await delete(queue.name, in: queues)
        }
    }

    @Test("a queue that an operator deletes is made again, for publishing and for receiving")
    func deleted() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            try await backend.queue.publish(jobs(1))
            try await backend.queue.acknowledge(try await backend.take(1))
            try await delete(queues.topology.sending, in: queues)
            try await backend.queue.publish(jobs(10, series: 2))
            #expect(Set(try await backend.take(10).map(\.job.id)) == Set(jobs(10, series: 2).map(\.id)))

            async let received = backend.queue.receive(limit: 1, wait: .seconds(30))
            try await waitForConsumer(of: queues)
            try await delete(queues.topology.sending, in: queues)
            try await backend.queue.publish(jobs(1, series: 3))
            #expect(try await received.map(\.job) == jobs(1, series: 3))

            for queue in queues.topology.declarations { try await delete(queue.name, in: queues) }
            #expect(try await backend.queue.depth().ready == 0)
            try await backend.probe.probe()
            let delivery = try await eventually {
                try await backend.queue.publish(jobs(1, series: 4))
                guard let delivery = try await backend.queue.receive(limit: 1, wait: .seconds(5)).first else {
                    throw NotYet()
                }
                return delivery
            }
            try await backend.queue.deadLetter(delivery, reason: "It failed.", at: Date())
            #expect(try await backend.deadLetters.deadLetter(delivery.job.id) != nil)
        }
    }

    @Test("quorum queues do the same")
    func quorum() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.queueType = .quorum }
            try await eventually(within: .seconds(20)) { try await backend.probe.probe() }
            let all = jobs(50)
            try await backend.queue.publish(all)
            var deliveries = try await backend.take(50)
            #expect(Set(deliveries.map(\.job.id)) == Set(all.map(\.id)))
            try await backend.queue.retry(deliveries[0], as: deliveries[0].job, after: .milliseconds(150))
            try await backend.queue.deadLetter(deliveries[1], reason: "It failed.", at: Date())
            try await backend.queue.release([deliveries[2]])
            try await backend.queue.acknowledge(Array(deliveries[3...]))
            deliveries = try await backend.take(2)
            #expect(Set(deliveries.map(\.job.id)) == [all[0].id, all[2].id])
            try await backend.queue.acknowledge(deliveries)
            for _ in 0..<25 {
                // RabbitMQ 4 drops by default what came back twenty times.
                #expect(try await backend.deadLetters.deadLetter(all[1].id) != nil)
            }
            #expect(try await backend.deadLetters.replay(nil) == [all[1].id])
            #expect(try await backend.take(1).map(\.job.id) == [all[1].id])
            let classic = try queues.open()
            let error = await expectFailure(.configuration, within: .seconds(3)) {
                try await classic.probe.probe()
            }
            let text = error?.operatorMessage ?? ""
            #expect(text.hasPrefix("queue.rabbitmq_queue_type: ") && text.contains("x-queue-type"), "\(text)")
        }
    }

    @Test("jobs and dead letters lie in their queues as the contract has them")
    func wireFormat() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            var job = jobs(1)[0]
            job.retryCount = 2
            try await backend.queue.publish([job])
            let topology = queues.topology
            let published = try await queues.directly { connection, deadline in
                try connection.get(queue: topology.sending)
                return try connection.wait(until: deadline) {
                    if case .message(let message) = $0 { message } else { nil }
                }
            }
            #expect(published.properties.messageID == job.id.description)
            #expect(published.properties.headers == ["x-retry-count": .integer(2)])
            let body = try JSONDecoder().decode([String: JSONValue].self, from: published.body)
            #expect(
                Set(body.keys) == [
                    "id", "senderId", "receiverId", "content", "conversationId", "sendDate", "retryCount", "timestamp",
                ])
            #expect(body["sendDate"] == .string(job.sendDate.iso8601))

            let delivery = try await backend.take(1)[0]
            try await backend.queue.deadLetter(delivery, reason: "It failed.", at: job.sendDate)
            let dead = try await queues.directly { connection, deadline in
                try connection.get(queue: topology.deadLetters)
                return try connection.wait(until: deadline) {
                    if case .message(let message) = $0 { message } else { nil }
                }
            }
            let letter = try JSONDecoder().decode([String: JSONValue].self, from: dead.body)
            #expect(letter["failedAt"] == .string(job.sendDate.iso8601))
            #expect(letter["reason"] == .string("It failed."))
            #expect(letter["id"] == .string(job.id.description))
        }
    }

    private func delete(_ name: String, in queues: TestQueues) async throws {
        try await queues.directly { connection, deadline in
            try connection.delete(queue: name)
            try connection.wait(until: deadline) { if case .done = $0 { () } else { nil } }
        }
    }

    /// Returns when somebody consumes from the sending queue: a message that was put there is gone at once.
    private func waitForConsumer(of queues: TestQueues) async throws {
        let name = queues.topology.sendingQueue
        try await eventually {
            let consumers = try await queues.directly { connection, deadline in
                try connection.declare(name)
                return try connection.wait(until: deadline) { event -> Int? in
                    if case .declared(_, _, let consumers) = event { consumers } else { nil }
                }
            }
            try NotYet.unless(consumers > 0)
        }
    }
}
