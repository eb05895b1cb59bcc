import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DeadLetterServiceTests {
    private let page = PageRequest(limit: 100)

    /// Planned messages that were given up, as the receiver has opted out.
    private func givenUp(_ world: World, _ texts: [String]) async throws -> (
        planned: [AutoMessage], receiver: Principal
    ) {
        let people = try await world.people("ada", "bob")
        let planned = try await world.plan(texts, from: people[0], to: people[1])
        _ = try await world.enqueueing().run()
        try await world.change(people[1], UserChange(autoMessages: false))
        #expect(try await world.worker().drain().deadLettered == texts.count)
        return (planned, people[1])
    }

    @Test func lettersAreReplayedOnceAndThenDelivered() async throws {
        try await World.with { world in
            let (planned, receiver) = try await givenUp(world, ["One", "Two", "Three"])
            let first = DeadLetterFilter(ids: [planned[0].id])
            let service = world.deadLetters
            let listed = try await service.list(matching: .everything, page: PageRequest(limit: 2))
            #expect(listed.total == 3 && listed.items.count == 2)
            // While the reason lasts, it ends there again.
            #expect(try await service.replay(matching: first) == 1)
            #expect(try await world.worker().drain().deadLettered == 1)
            try await world.change(receiver, UserChange(autoMessages: true))
            world.clock.advance(by: .seconds(60))
            #expect(try await service.replay(matching: first) == 1)
            #expect(try await service.replay(matching: first) == 0)
            #expect(try await service.absent(from: first).settled == [planned[0].id])
            let replayed = try #require(try await world.store.autoMessages.autoMessage(planned[0].id))
            #expect(replayed.failedAt == nil && replayed.retryCount == 0 && replayed.queuedAt == world.clock.now)
            #expect(try await service.replay(matching: .everything) == 2)
            #expect(try await world.worker().drain().delivered == 3)
            #expect(try await service.list(matching: .everything, page: page).total == 0)
            #expect(try await service.replay(matching: .everything) == 0)
        }
    }

    /// Killed after the marks, and after some of the jobs were put back.
    @Test(arguments: [0, 1, 2])
    func whatWasBrokenOffIsFinishedByTheNextTime(_ putBack: Int) async throws {
        try await World.with { world in
            let (planned, receiver) = try await givenUp(world, ["One", "Two"])
            try await world.change(receiver, UserChange(autoMessages: true))
            try await world.store.autoMessages.markReplayed(planned.map(\.id), at: world.clock.now)
            let done = DeadLetterFilter(ids: Set(planned.prefix(putBack).map(\.id)))
            _ = try await world.store.deadLetters.replay(matching: done)
            #expect(try await world.deadLetters.replay(matching: .everything) == 2 - putBack)
            #expect(try await world.worker().drain().delivered == 2)
            #expect(try await world.store.queue.depth().deadLetters == 0)
        }
    }

    @Test func whatIsReplayedAndPurgedIsTold() async throws {
        try await World.with { world in
            let (planned, _) = try await givenUp(world, ["One", "Two", "Three"])
            let audit = AuditLog(logger: LogJournal.logger(world.audited))
            let first = DeadLetterFilter(ids: [planned[0].id])
            #expect(try await world.deadLetters.replay(matching: first, by: .command, audit) == 1)
            #expect(try await world.deadLetters.purge(matching: .everything, by: .command, audit) == 2)
            #expect(
                world.audited.entries == [
                    "notice: dead_letters.replayed by=command complete=true count=1",
                    "notice: dead_letters.purged by=command complete=true count=2",
                ])
        }
    }

    @Test func whatBreaksOffIsToldWithWhatWasDoneUntilThen() async throws {
        try await World.with { world in
            _ = try await givenUp(world, ["One", "Two"])
            let service = DeadLetterService(
                queue: BreakingOff(store: world.store.deadLetters), messages: world.store.autoMessages,
                clock: world.clock)
            let audit = AuditLog(logger: LogJournal.logger(world.audited))
            await expect(.unavailable) { try await service.replay(matching: .everything, by: .command, audit) }
            await expect(.unavailable) { try await service.purge(matching: .everything, by: .command, audit) }
            #expect(
                world.audited.entries == [
                    "notice: dead_letters.replayed by=command complete=false count=2",
                    "notice: dead_letters.purged by=command complete=false count=0",
                ])
        }
    }

    /// A worker may be quicker than the operator.
    @Test func whatFailsAgainMeanwhileIsReplayedOnlyOnce() async throws {
        try await World.with { world in
            let (planned, _) = try await givenUp(world, ["One", "Two"])
            let queue = FailingAgain(store: world.store.deadLetters, worker: world.worker())
            let service = DeadLetterService(queue: queue, messages: world.store.autoMessages, clock: world.clock)
            #expect(try await service.replay(matching: .everything) == 2)
            let left = try await service.list(matching: .everything, page: page)
            #expect(Set(left.items.map(\.id)) == Set(planned.map(\.id)))
        }
    }

    @Test func whyANamedLetterIsLeftAloneIsTold() async throws {
        try await World.with { world in
            let (planned, _) = try await givenUp(world, ["One", "Two"])
            let unknown = world.identifiers.next(Message.self)
            let body = Data("x".utf8)
            let garbage = UnreadableJob(id: UnreadableJob.id(of: body), body: body, size: 1)
            try await world.store.deadLetters.bury([DeadLetter(.unreadable(garbage), failedAt: nil, reason: "Odd")])
            let service = world.deadLetters
            var filter = DeadLetterFilter(ids: [planned[0].id, planned[1].id, garbage.id, unknown])
            _ = try await service.purge(matching: DeadLetterFilter(ids: [planned[1].id]))
            var absent = try await service.absent(from: filter)
            #expect(absent.unknown == [unknown] && absent.settled == [planned[1].id])
            #expect(absent.unreadable.map(\.id) == [garbage.id] && absent.unmatched.isEmpty)
            filter.reason = "odd"
            absent = try await service.absent(from: filter)
            #expect(absent.unmatched == [planned[0].id] && absent.unreadable.map(\.id) == [garbage.id])
            filter.ids = nil
            #expect(try await service.absent(from: filter) == AbsentDeadLetters(), "nothing was named")
            #expect(try await service.replay(matching: filter) == 0)
            #expect(try await service.replay(matching: DeadLetterFilter(kind: .unreadable)) == 0)
            #expect(try await service.list(matching: .everything, page: page).total == 2)
        }
    }

    @Test func moreIDsThanOneLookUpTakesAreAllTold() async throws {
        try await World.with { world in
            let ids = (0..<1201).map { _ in world.identifiers.next(Message.self) }
            let absent = try await world.deadLetters.absent(from: DeadLetterFilter(ids: Set(ids)))
            #expect(absent.unknown == ids.sorted())
        }
    }

    @Test func lettersAreShownAndForgotten() async throws {
        try await World.with { world in
            let (planned, _) = try await givenUp(world, ["One", "Two"])
            let service = world.deadLetters
            #expect(try await service.show(planned[0].id).job?.content == "One")
            await expect(.messageNotFound) { try await service.show(world.identifiers.next(Message.self)) }
            let first = DeadLetterFilter(ids: [planned[0].id])
            #expect(try await service.purge(matching: first) == 1)
            #expect(try await service.purge(matching: first) == 0)
            await expect(.messageNotFound) { try await service.show(planned[0].id) }
            #expect(try await service.purge(matching: .everything) == 1)
            #expect(try await service.purge(matching: .everything) == 0)
            // What was given up is not queued again by itself.
            world.clock.advance(by: .seconds(86_400))
            #expect(try await world.enqueueing().run() == EnqueueResult())
        }
    }
}

/// Dead letters in an engine that goes away when some were put back, or forgotten.
private struct BreakingOff: DeadLetterQueue {
    let store: any DeadLetterQueue
    private let away = Latch()

    init(store: any DeadLetterQueue) { self.store = store }

    private func requireEngine() throws {
        guard !away.isOpen else { throw MsgError(.unavailable, "The engine is away.") }
    }

    func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        try requireEngine()
        return try await store.deadLetters(matching: filter, page: page)
    }

    func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        try requireEngine()
        return try await store.ids(matching: filter)
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try requireEngine()
        return try await store.deadLetter(id)
    }

    func bury(_ letters: [DeadLetter]) async throws { try await store.bury(letters) }

    func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        try requireEngine()
        let ids = try await store.replay(matching: filter)
        away.open()
        return ids
    }

    func purge(matching filter: DeadLetterFilter) async throws -> Int {
        away.open()
        try requireEngine()
        return try await store.purge(matching: filter)
    }
}

/// Dead letters whose jobs a worker fails to deliver again as soon as they are put back.
private struct FailingAgain: DeadLetterQueue {
    let store: any DeadLetterQueue
    let worker: DispatchWorker

    func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        try await store.deadLetters(matching: filter, page: page)
    }

    func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        try await store.ids(matching: filter)
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? { try await store.deadLetter(id) }

    func bury(_ letters: [DeadLetter]) async throws { try await store.bury(letters) }

    func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        let ids = try await store.replay(matching: filter)
        _ = try await worker.drain()
        return ids
    }

    func purge(matching filter: DeadLetterFilter) async throws -> Int { try await store.purge(matching: filter) }
}
