import MsgKit

/// All that queueing and delivering run on, of whatever engines.
public struct PipelineUnderTest: Sendable {
    /// What the use cases go by, and the engines that are told the time.
    public var clock: FakeClock
    public var users: any UserStore
    public var exclusions: any ExclusionStore
    public var conversations: any ConversationStore
    public var directory: any ConversationDirectory
    public var messages: any MessageStore
    public var autoMessages: any AutoMessageStore
    public var queue: any JobQueue
    public var deadLetters: any DeadLetterQueue
    public var leases: any LeaseStore
    /// Keeps messages as those of a complete plan of a date.
    public var plan: @Sendable (_ messages: [AutoMessage], _ date: PlanDate) async throws -> Void
    /// After how long a delivery comes again.
    public var visibilityTimeout: Duration
    public var retryDelays: [Duration]
    /// Whether the queue's time is its own, so that it has to be waited for.
    public var isSlow: Bool

    public init(
        clock: FakeClock, users: any UserStore, exclusions: any ExclusionStore, conversations: any ConversationStore,
        directory: any ConversationDirectory, messages: any MessageStore, autoMessages: any AutoMessageStore,
        queue: any JobQueue, deadLetters: any DeadLetterQueue, leases: any LeaseStore,
        visibilityTimeout: Duration = .seconds(60),
        retryDelays: [Duration] = [.seconds(5), .seconds(30)], isSlow: Bool = false,
        plan: @escaping @Sendable (_ messages: [AutoMessage], _ date: PlanDate) async throws -> Void
    ) {
        self.clock = clock
        self.users = users
        self.exclusions = exclusions
        self.conversations = conversations
        self.directory = directory
        self.messages = messages
        self.autoMessages = autoMessages
        self.queue = queue
        self.deadLetters = deadLetters
        self.leases = leases
        self.plan = plan
        self.visibilityTimeout = visibilityTimeout
        self.retryDelays = retryDelays
        self.isSlow = isSlow
    }

    /// A system of record, and a queue beside it.
    /// - Parameter clock: by which the queue goes.
    public init(
        _ records: any RecordsUnderTest, clock: FakeClock, queue: any JobQueue, deadLetters: any DeadLetterQueue,
        leases: any LeaseStore
    ) {
        let make = Fixtures(identifiers: SequentialIdentifiers(series: 1), start: clock.now)
        self.init(
            clock: clock, users: records.users, exclusions: records.exclusions, conversations: records.conversations,
            directory: records.directory,
            messages: records.messages, autoMessages: records.autoMessages, queue: queue, deadLetters: deadLetters,
            leases: leases
        ) { messages, date in
            try await Stage(records, make: make).completePlan(of: messages, date: date)
        }
    }
}
