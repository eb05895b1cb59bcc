import Foundation
import Logging
import MsgKit
import MsgTestKit
import RabbitMQBackend
import SQLiteBackend
import Testing

@Suite(.rabbitMQ, .timeLimit(.minutes(10)))
struct PipelineModelTests {
    /// The queue's time is its own, so that its delays are short; people and messages are in SQLite.
    @Test func onRabbitMQ() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/msgctl-model-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let clock = FakeClock()
        let records = try await SQLiteBackend.open(
            directory: DataDirectory(path: path), options: SQLiteOptions(), logger: TestQueues.logger, clock: clock)
        do {
            try await TestQueues.with { queues in
                let visible = Duration.milliseconds(300)
                let broker = try queues.open { $0.visibilityTimeout = visible }
                let autoMessages = MemoryAutoMessages()
                let pipeline = PipelineUnderTest(
                    clock: clock, users: records.users, exclusions: records.exclusions,
                    conversations: records.conversations,
                    directory: records.directory, messages: records.messages, autoMessages: autoMessages,
                    queue: broker.queue, deadLetters: broker.deadLetters, leases: MemoryLeases(),
                    visibilityTimeout: visible, retryDelays: [.milliseconds(150), .milliseconds(150)], isSlow: true
                ) { messages, _ in autoMessages.add(messages) }
                try await PipelineModelSuite.check(pipeline, runs: 30, steps: 25)
            }
        } catch {
            try await records.close()
            throw error
        }
        try await records.close()
    }
}
