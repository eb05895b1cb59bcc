import Foundation
import Logging
import MsgKit
import Testing

/// Some automatic messages on their way, and what must hold whatever is done and whatever fails.
///
/// A message is planned → queued → sent, or failed, and queued again from failed by a replay. It is stored once at most,
/// told of before it is marked as sent, and never out of everybody's sight.
struct PipelineModel {
    enum State: Equatable {
        case planned, queued, sent, failed

        init(_ message: AutoMessage) {
            self = message.isSent ? .sent : message.failedAt != nil ? .failed : message.isQueued ? .queued : .planned
        }
    }

    /// What comes later than this is late; longer than all pauses between two rounds of queueing and delivering at the end.
    private static let patience = Duration.seconds(1200)
    /// How long a lease of a process that was killed holds others up.
    private static let leaseLifetime = Duration.seconds(20)

    let pipeline: PipelineUnderTest
    let cast: PipelineCast
    let seed: UInt64
    let planned: [AutoMessage]
    let faults = Faults()
    let bus = RecordingBus()
    let settings: PipelineSettings
    var random: SeededGenerator
    var tally: PipelineTally
    /// How far each was when it was looked at last.
    var states: [AutoMessage.ID: State]
    /// Those of which a dead letter may have been thrown away.
    var forgotten: Set<AutoMessage.ID> = []
    /// Those whose replay was interrupted: queued again, and perhaps a dead letter still.
    var halfReplayed: Set<AutoMessage.ID> = []
    private var node = NodeID.random()
    /// Deliveries in the worker's hands.
    private var hand: [Delivery] = []
    private var unwilling: Set<User.ID> = []
    private var exclusions: Set<Exclusion> = []
    private var leaseEnd = Date.distantPast
    private var number = 0
    private var word = "the start"

    init(_ pipeline: PipelineUnderTest, _ cast: PipelineCast, run: Int, seed: UInt64, tally: PipelineTally) async throws
    {
        self.pipeline = pipeline
        self.cast = cast
        self.seed = seed
        self.tally = tally
        random = SeededGenerator(seed: seed)
        var settings = PipelineSettings(Configuration())
        settings.retryDelays = pipeline.retryDelays
        settings.late = LatePolicy(action: random.below(2) == 0 ? .skip : .send, after: Self.patience)
        self.settings = settings
        planned = cast.messages(1 + random.below(6), run: run, at: pipeline.clock.now, using: &random)
        states = Dictionary(uniqueKeysWithValues: planned.map { ($0.id, .planned) })
        try await pipeline.plan(planned, cast.make.planDate(run))
    }

    var context: Comment { "after \(word), step \(number) of MSGCTL_TEST_SEED=\(seed)" }

    // MARK: What may happen

    /// Does one random thing and looks at what has become of all messages.
    mutating func step() async throws {
        number += 1
        switch random.below(40) {
        case 0..<7: try await pass()
        case 7..<13: try await enqueue(failing: plan())
        case 13..<21: try await receive(failing: plan())
        case 21..<33: try await deliver(failing: plan())
        case 33..<35: try await handBack()
        case 35..<37: try await replay(filter(), failing: plan())
        case 37..<39: try await changeMind()
        default: try await lose()
        }
    }

    /// A failure of one of the next calls, or none.
    private mutating func plan() -> Faults.Plan? {
        guard random.below(5) < 2 else { return nil }
        return Faults.Plan(
            kind: Faults.Kind.allCases[random.below(Faults.Kind.allCases.count)], call: 1 + random.below(9),
            isAfterEffect: random.below(2) == 0)
    }

    /// Does something that a failure may end; true when one struck.
    private mutating func attempt(failing plan: Faults.Plan?, _ body: () async throws -> Void) async throws -> Bool {
        faults.begin(plan)
        defer { faults.clear() }
        do {
            try await body()
        } catch  where faults.hasStruck {
            // What the caller of a phase would have been told.
        }
        if faults.isDead {
            // Another process goes on; it knows nothing of what this one had in hand.
            tally.crashes += 1
            hand = []
            node = .random()
            leaseEnd = pipeline.clock.now.later(by: Self.leaseLifetime)
        }
        return faults.hasStruck
    }

    private mutating func pass() async throws {
        let (retry, visible) = (pipeline.retryDelays[0], pipeline.visibilityTimeout)
        let choices = [retry, .seconds(6), .seconds(31), visible + .seconds(1), .seconds(901)]
        let duration = choices[random.below(choices.count)]
        word = "\(duration)"
        try await pass(duration)
        try await observe { $1 == $2 }
    }

    func pass(_ duration: Duration) async throws {
        pipeline.clock.advance(by: duration)
        guard pipeline.isSlow else { return }
        try await Task.sleep(for: min(duration, pipeline.visibilityTimeout) + .milliseconds(50))
    }

    mutating func enqueue(failing plan: Faults.Plan? = nil) async throws {
        word = "enqueueing"
        let now = pipeline.clock.now
        let staleBefore = now.addingTimeInterval(-settings.requeueAfter.seconds)
        var due = EnqueueResult()
        var skipped = try await Set(late().filter { states[$0] == .planned })
        for message in planned where try await isStored(message) { skipped.remove(message.id) }
        due.skipped = skipped.count
        for message in planned where states[message.id] == .planned && message.sendDate <= now {
            if !skipped.contains(message.id) { due.queued += 1 }
        }
        for message in planned where states[message.id] == .queued {
            let stored = try #require(try await pipeline.autoMessages.autoMessage(message.id), context)
            let tries = min(stored.retryCount, pipeline.retryDelays.count)
            let pause = tries == 0 ? .zero : pipeline.retryDelays[tries - 1]
            if stored.updatedAt.later(by: pause) < staleBefore { due.requeued += 1 }
        }
        let depth = try await pipeline.queue.depth()
        let isShort = states.values.count { $0 == .queued } > depth.ready + depth.inFlight + depth.delayed
        let enqueueing = EnqueueDue(
            messages: FaultyAutoMessageStore(store: pipeline.autoMessages, faults: faults),
            delivered: FaultyMessageStore(store: pipeline.messages, faults: faults),
            queue: FaultyJobQueue(queue: pipeline.queue, faults: faults),
            deadLetters: FaultyDeadLetterQueue(queue: pipeline.deadLetters, faults: faults),
            leases: FaultyLeaseStore(store: pipeline.leases, faults: faults), settings: settings, node: node,
            clock: pipeline.clock, logger: Self.silent)
        let isHeld = now < leaseEnd
        var result: EnqueueResult?
        let isStruck = try await attempt(failing: plan) {
            do {
                result = try await enqueueing.run()
            } catch let error as MsgError where error.code == .leaseHeld && isHeld {
                result = nil
            }
        }
        if let result, !isStruck {
            // What was published before a crash and is due still makes the queue look shorter afterwards than before.
            let mayBeLeft = pipeline.isSlow || !isShort
            if mayBeLeft, result.requeued == 0 { due.requeued = 0 }
            try #require(result == due, context)
            tally.requeued += result.requeued
            tally.skipped += result.skipped
        }
        try await observe {
            $1 == $2 || ($1 == .planned && $2 == (skipped.contains($0) ? .failed : .queued))
        }
    }

    mutating func receive(failing plan: Faults.Plan? = nil, limit: Int? = nil) async throws {
        word = "receiving"
        let limit = limit ?? 1 + random.below(3)
        let queue = FaultyJobQueue(queue: pipeline.queue, faults: faults)
        let wait = pipeline.isSlow ? Duration.milliseconds(100) : .zero
        var received: [Delivery] = []
        _ = try await attempt(failing: plan) {
            received = try await queue.receive(limit: limit, wait: wait)
        }
        try #require(received.allSatisfy { states[$0.job.id] != nil } && received.count <= limit, context)
        if !faults.isDead { hand += received }
        try await observe { $1 == $2 }
    }

    /// Delivers one of those in hand.
    mutating func deliver(failing plan: Faults.Plan? = nil) async throws {
        guard !hand.isEmpty else { return }
        word = "delivering"
        let delivery = hand.remove(at: random.below(hand.count))
        let message = try #require(planned.first { $0.id == delivery.job.id }, context)
        let before = try #require(states[message.id])
        let wasStored = try await isStored(message)
        let isLate = try await late().contains(message.id)
        let isWanted = !isLate && areWilling(message)
        let worker = worker
        var outcome: DeliveryOutcome?
        let isStruck = try await attempt(failing: plan) { outcome = try await worker.handle(delivery) }
        let expected: DeliveryOutcome =
            switch before {
            case .sent: .duplicate
            case .failed: .deadLettered
            case .planned, .queued: wasStored ? .duplicate : isWanted ? .delivered : .deadLettered
            }
        if !isStruck { try #require(outcome == expected, context) }
        count(outcome)
        if isLate, outcome == .deadLettered { tally.late += 1 }
        try await observe { id, before, now in
            before == now
                || (id == message.id && [.planned, .queued].contains(before) && [.sent, .failed].contains(now))
        }
        try await check(message, delivery.job, before: before, wasStored: wasStored, isWanted: isWanted, isStruck)
    }

    private mutating func handBack() async throws {
        guard !hand.isEmpty else { return }
        word = "handing back"
        try await pipeline.queue.release([hand.remove(at: random.below(hand.count))])
        try await observe { $1 == $2 }
    }

    mutating func replay(_ filter: DeadLetterFilter = .everything, failing plan: Faults.Plan? = nil) async throws {
        word = "replaying"
        let letters = try await letters(matching: filter)
        let service = DeadLetterService(
            queue: FaultyDeadLetterQueue(queue: pipeline.deadLetters, faults: faults),
            messages: FaultyAutoMessageStore(store: pipeline.autoMessages, faults: faults), clock: pipeline.clock)
        var result: Int?
        let isStruck = try await attempt(failing: plan) { result = try await service.replay(matching: filter) }
        if isStruck {
            halfReplayed.formUnion(letters)
        } else {
            try #require(result == letters.count, context)
        }
        tally.replayed += result ?? 0
        try await observe { $1 == $2 || ($1 == .failed && $2 == .queued && letters.contains($0)) }
    }

    /// Which dead letters an operator means.
    private mutating func filter() -> DeadLetterFilter {
        switch random.below(4) {
        case 0: DeadLetterFilter(ids: Set(planned.map(\.id).filter { _ in random.below(2) == 0 }))
        case 1: DeadLetterFilter(sender: cast.users[random.below(cast.users.count)].id)
        default: .everything
        }
    }

    /// Somebody opts out or pauses, or takes part again; or excludes somebody, or takes that back.
    private mutating func changeMind() async throws {
        word = "changing one's mind"
        let user = cast.users[random.below(cast.users.count)].id
        let other = cast.users[random.below(cast.users.count)].id
        if user == other {
            try await setWilling(user, unwilling.contains(user))
        } else {
            let exclusion = Exclusion(of: other, by: user)
            try await setExcluded(exclusion, !exclusions.contains(exclusion))
        }
        try await observe { $1 == $2 }
    }

    private mutating func setWilling(_ user: User.ID, _ isWilling: Bool) async throws {
        let pauses = !isWilling && random.below(2) == 0
        let today = PlanDate(pipeline.clock.now, in: .gmt)
        let change = UserChange(
            autoMessages: isWilling || pauses,
            pausedUntil: .some(pauses ? PlanDate(daysSince1970: today.daysSince1970 + 30) : nil))
        _ = try #require(try await pipeline.users.update(user, change, at: pipeline.clock.now))
        if isWilling { unwilling.remove(user) } else { unwilling.insert(user) }
    }

    private mutating func setExcluded(_ exclusion: Exclusion, _ isExcluded: Bool) async throws {
        if isExcluded {
            try await pipeline.exclusions.exclude(exclusion.other, by: exclusion.user, at: pipeline.clock.now)
            exclusions.insert(exclusion)
        } else {
            try await pipeline.exclusions.include(exclusion.other, by: exclusion.user)
            exclusions.remove(exclusion)
        }
    }

    mutating func letEverybodyBeWilling() async throws {
        for user in unwilling { try await setWilling(user, true) }
        for exclusion in exclusions { try await setExcluded(exclusion, false) }
    }

    private func areWilling(_ message: AutoMessage) -> Bool {
        let people = (message.sender, message.receiver)
        return unwilling.isDisjoint(with: [people.0, people.1])
            && exclusions.isDisjoint(with: [
                Exclusion(of: people.0, by: people.1), Exclusion(of: people.1, by: people.0),
            ])
    }

    /// What is not to be sent any more as it comes too late.
    private func late() async throws -> Set<AutoMessage.ID> {
        guard settings.late.action == .skip else { return [] }
        var ids: Set<AutoMessage.ID> = []
        for message in planned {
            let replayed = try await pipeline.autoMessages.autoMessage(message.id)?.replayedAt
            let due = replayed ?? message.sendDate
            if pipeline.clock.now > due.later(by: Self.patience) { ids.insert(message.id) }
        }
        return ids
    }

    /// An operator forgets dead letters, or somebody empties the queue.
    private mutating func lose() async throws {
        word = "losing"
        tally.losses += 1
        if random.below(2) == 0 {
            let filter = filter()
            let letters = try await letters(matching: filter)
            forgotten.formUnion(letters)
            try #require(try await pipeline.deadLetters.purge(matching: filter) == letters.count, context)
        } else {
            let lost = try await pipeline.queue.receive(limit: 100, wait: .zero)
            try await pipeline.queue.acknowledge(lost)
            // Whoever gives one of them up now has nothing to put aside.
            forgotten.formUnion(lost.map(\.job.id))
        }
        try await observe { $1 == $2 }
    }

    /// Nothing is in anybody's hands any more, as after a restart of all workers.
    mutating func letGo() { hand = [] }

    var isIdle: Bool { hand.isEmpty }

    // MARK: Parts

    private static let silent = Logger(label: "model") { _ in SwiftLogNoOpLogHandler() }

    private var worker: MessageDelivery {
        let users = FaultyUserStore(store: pipeline.users, faults: faults)
        let realtime = RealtimePublisher(
            local: nil, bus: FaultyEventBus(bus: bus, faults: faults), logger: Self.silent)
        let conversations = ConversationService(
            store: pipeline.conversations, directory: pipeline.directory, users: users, presence: NobodyOnline(),
            realtime: realtime, clock: pipeline.clock, identifiers: cast.make.identifiers, logger: Self.silent)
        return MessageDelivery(
            autoMessages: FaultyAutoMessageStore(store: pipeline.autoMessages, faults: faults),
            messages: FaultyMessageStore(store: pipeline.messages, faults: faults), users: users,
            exclusions: pipeline.exclusions, store: pipeline.conversations, conversations: conversations,
            queue: FaultyJobQueue(queue: pipeline.queue, faults: faults), realtime: realtime,
            settings: settings, node: node, clock: pipeline.clock, logger: Self.silent)
    }

    private mutating func count(_ outcome: DeliveryOutcome?) {
        switch outcome {
        case .delivered: tally.sent += 1
        case .duplicate: tally.duplicates += 1
        case .retried: tally.retried += 1
        case .deadLettered: tally.failed += 1
        case nil: tally.interrupted += 1
        }
    }
}
