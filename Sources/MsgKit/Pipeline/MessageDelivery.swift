import Foundation
import Logging

/// Delivers one job: stores the message under the automatic message's id, tells the people, marks it sent and settles
/// it, in this order, so that a crash between any two steps is mended by the next delivery of the same job.
public struct MessageDelivery: Sendable {
    private let autoMessages: any AutoMessageStore
    private let messages: any MessageStore
    private let consent: DeliveryConsent
    private let store: any ConversationStore
    private let conversations: ConversationService
    private let queue: any JobQueue
    private let realtime: RealtimePublisher
    private let pauses: RetryPauses
    private let late: LatePolicy
    private let metrics: DeliveryMetrics
    private let node: NodeID
    private let clock: any WallClock
    private let logger: Logger

    /// - Parameter generator: what the pauses before retries are drawn from.
    public init(
        autoMessages: any AutoMessageStore, messages: any MessageStore, users: any UserStore,
        exclusions: any ExclusionStore, store: any ConversationStore, conversations: ConversationService,
        queue: any JobQueue, realtime: RealtimePublisher, settings: PipelineSettings, node: NodeID,
        clock: any WallClock,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        metrics: DeliveryMetrics = DeliveryMetrics(), logger: Logger
    ) {
        self.autoMessages = autoMessages
        self.messages = messages
        consent = DeliveryConsent(users: users, exclusions: exclusions, settings: settings)
        self.store = store
        self.conversations = conversations
        self.queue = queue
        self.realtime = realtime
        pauses = RetryPauses(settings.retries, using: generator)
        late = settings.late
        self.metrics = metrics
        self.node = node
        self.clock = clock
        self.logger = logger
    }

    /// Delivers and settles.
    /// - Throws: when the queue could not be told; it will deliver the job again.
    public func handle(_ delivery: Delivery) async throws -> DeliveryOutcome {
        let start = ContinuousClock.now
        return try await RequestID.$current.withValue(delivery.job.requestID ?? .current ?? .next()) {
            let outcome: DeliveryOutcome
            do {
                outcome = try await settle(delivery)
            } catch {
                metrics.countUnsettled(since: start)
                throw error
            }
            metrics.count(outcome, since: start)
            logger.debug(
                "a delivery is settled", metadata: ["message": "\(delivery.job.id)", "outcome": "\(outcome)"])
            return outcome
        }
    }

    private func settle(_ delivery: Delivery) async throws -> DeliveryOutcome {
        do {
            let outcome = try await deliver(delivery.job)
            try await queue.acknowledge([delivery])
            return outcome
        } catch let error as MsgError where Self.isPermanent(error) {
            return try await giveUp(delivery, reason: error.message)
        } catch is CancellationError {
            try await queue.release([delivery])
            return .retried
        } catch {
            return try await retry(delivery, after: error)
        }
    }

    private func deliver(_ job: DeliveryJob) async throws -> DeliveryOutcome {
        guard let planned = try await autoMessages.autoMessage(job.id) else {
            throw MsgError(.messageNotFound, "The planned message does not exist.")
        }
        if planned.isSent { return .duplicate }
        do {
            try await requireWanted(planned)
        } catch {
            // What is stored has been delivered, whatever became of it and of the people since.
            guard try await messages.message(planned.id) != nil else { throw error }
        }
        let now = clock.now
        let insertion = try await messages.insert(
            Message(
                id: planned.id, content: try MessageContent(planned.content).text, sender: planned.sender,
                conversation: planned.conversation, messageType: .auto, createdAt: now, updatedAt: now))
        // At once: whatever fails below, another try finds it stored.
        if insertion.isNew { metrics.countStored() }
        if !insertion.message.isDeleted { try await tell(insertion, to: [planned.sender, planned.receiver]) }
        if try await autoMessages.markSent(planned.id, at: clock.now) {
            metrics.delivered(lateness: now.timeIntervalSince(planned.lateSince))
        }
        return insertion.isNew ? .delivered : .duplicate
    }

    /// - Throws: why a message is not to be sent any more.
    private func requireWanted(_ planned: AutoMessage) async throws {
        guard planned.failedAt == nil else {
            throw MsgError(.conflict, planned.errorMessage ?? "The message was given up.")
        }
        let now = clock.now
        if let reason = late.refusal(of: planned, at: now) { throw MsgError(.conflict, reason) }
        try await consent.require(planned, at: now)
    }

    /// Lets the two people's sockets join first: planning may have made the conversation while they were connected.
    private func tell(_ insertion: MessageInsertion, to people: [User.ID]) async throws {
        let room = Room.conversation(insertion.message.conversation)
        var commands: [RoomCommand] = [.join(members: people.map { Room.user($0) }, rooms: [room])]
        // Nobody has been told of a conversation that planning made until its first message.
        if insertion.isFirst, let conversation = try await store.conversation(insertion.message.conversation) {
            let summary = try await conversations.summary(of: conversation)
            commands.append(try ConversationCreated(summary).emission(to: [room]))
        }
        commands.append(try MessageReceived(insertion).emission(to: [room]))
        try await realtime.sendConfirmed(commands)
    }

    private func retry(_ delivery: Delivery, after error: any Error) async throws -> DeliveryOutcome {
        let known = MsgError(wrapping: error)
        let tries = max(0, delivery.job.retryCount)
        // A store that can't be asked may have it.
        let isStored = (try? await messages.message(delivery.job.id) != nil) ?? true
        var job = delivery.job
        // What was tried is for operators to read.
        job.history.append(DeliveryAttempt(at: clock.now, error: known.operatorMessage, node: node))
        // A message that is stored is not given up: what is left is to tell of it and to mark it.
        guard let delay = pauses.pause(after: tries, isEndless: isStored) else {
            let last = Delivery(job: job, receipt: delivery.receipt)
            return try await giveUp(last, reason: "Given up after \(tries) retries: \(known.operatorMessage)")
        }
        job.retryCount = tries + 1
        logger.warning(
            "a delivery failed and will be tried again",
            metadata: [
                "message": "\(job.id)", "retry": "\(job.retryCount)", "delay": "\(delay)",
                "error": "\(String(reflecting: error))",
            ])
        // The queue first: what is not marked is only a figure, what is not queued would wait for its rescue.
        try await queue.retry(delivery, as: job, after: delay)
        try await autoMessages.markRetried(job.id, retryCount: job.retryCount, error: known.message, at: clock.now)
        return .retried
    }

    private func giveUp(_ delivery: Delivery, reason: String) async throws -> DeliveryOutcome {
        logger.warning("a message is given up", metadata: ["message": "\(delivery.job.id)", "reason": "\(reason)"])
        let now = clock.now
        // The mark first: delivered again, the job comes here again and ends among the dead letters.
        try await autoMessages.markFailed(delivery.job.id, error: reason, at: now)
        try await queue.deadLetter(delivery, reason: reason, at: now)
        return .deadLettered
    }

    /// Whether another try can't end otherwise.
    private static func isPermanent(_ error: MsgError) -> Bool {
        switch error.code {
        // An engine that is set up wrongly is the operator's affair, who may mend it: no fault of the message.
        case .unavailable, .serverBusy, .internalError, .leaseHeld, .rateLimited, .configuration: false
        default: true
        }
    }
}
