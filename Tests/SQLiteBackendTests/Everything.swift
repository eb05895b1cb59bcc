import Foundation
import MsgKit
import Testing

@testable import SQLiteBackend

/// Calls every method of every role at least once, with every kind of argument that makes it run another statement.
struct Everything {
    let backend: SQLiteBackend
    /// Another process, so that events are written.
    let other: SQLiteBackend

    func use() async throws {
        let people = try await backend.addUsers(["ann", "bob", "cid", "dora"])
        try await accounts(people)
        try await presence(people)
        try await conversations(people)
        try await pipeline(people)
        try await search()
        for probe in backend.probes { try await probe.probe() }
        let housekeeping = try #require(backend.services.first as? Housekeeping)
        try await housekeeping.cleanUp()
    }

    private func accounts(_ people: [User.ID]) async throws {
        let users = backend.users
        _ = try await users.user(email: "Ann@example.org")
        _ = try await users.user(username: "ANN")
        _ = try await users.users(people)
        for query in [nil, "n"] {
            for membership in [nil, UserFilter.Membership.among(people), .notAmong(people)] {
                for isActive in [nil, true] {
                    let filter = UserFilter(query: query, isActive: isActive, membership: membership)
                    _ = try await users.users(matching: filter, page: PageRequest(limit: 10))
                }
            }
        }
        _ = try await users.update(people[0], UserChange(username: "anna"), at: Samples.start)
        for condition in [UserChange.Condition.passwordHash("other"), .administrator(people[1])] {
            let change = UserChange(role: .user, condition: condition)
            await #expect(throws: MsgError.self) { try await users.update(people[0], change, at: Samples.start) }
        }
        try await exclusions(people)
        let grant = RefreshGrant(tokenID: "1", issuedAt: Samples.start, expiresAt: Samples.at(1000))
        let session = Session(
            id: Samples.ids.next(Session.self), user: people[0], createdAt: Samples.start,
            client: SessionClient(), grant: grant)
        try await backend.sessions.insert(session)
        _ = try await backend.sessions.principal(of: session.id, at: Samples.start)
        _ = try await backend.sessions.sessions(of: people[0], at: Samples.start, limit: 10)
        let next = RefreshGrant(tokenID: "2", issuedAt: Samples.at(1), expiresAt: Samples.at(1001))
        for instant in [1.0, 2, 100] {
            _ = try await backend.sessions.rotate(
                session.id, presenting: "1", successor: next, at: Samples.at(instant), grace: .seconds(10))
        }
        _ = try await backend.sessions.revoke(session.id, at: Samples.start)
        _ = try await backend.sessions.revokeAll(of: people[0], except: session.id, at: Samples.start)
        _ = try await backend.sessions.deleteEnded(before: Samples.at(2000))
    }

    private func exclusions(_ people: [User.ID]) async throws {
        let store = backend.exclusions
        for _ in 1...2 { try await store.exclude(people[1], by: people[0], at: Samples.start) }
        _ = try await store.exclusions(of: people[0])
        _ = try await store.isExcluded(people[0], people[1])
        let all = try await store.exclusions(after: nil, limit: 10)
        _ = try await store.exclusions(after: all.last, limit: 10)
        try await store.include(people[1], by: people[0])
    }

    private func presence(_ people: [User.ID]) async throws {
        let node = NodeID(rawValue: "node")
        _ = try await backend.presence.renew(node, at: Samples.start, until: Samples.at(60))
        _ = try await backend.presence.connected(people[0], on: node, at: Samples.start)
        _ = try await backend.presence.online(limit: 10, at: Samples.start)
        _ = try await backend.presence.online(among: people, at: Samples.start)
        _ = try await backend.presence.sweep(at: Samples.at(30))
        try await backend.users.markSeen(people, at: Samples.start)
        _ = try await backend.presence.disconnected(people[0], from: node, at: Samples.start)
        _ = try await backend.presence.leave(node, at: Samples.start)
        let stream = try await other.bus.commands()
        try await backend.bus.publish([.disconnect(members: [.user(people[0])])])
        for await _ in stream { break }
        let own = try await backend.bus.commands()
        try await other.bus.publish([.disconnect(members: [.user(people[0])])])
        for await _ in own { break }
        let lease = try #require(
            try await backend.leases.acquire("l", holder: node, at: Samples.start, until: Samples.at(9)))
        _ = try await backend.leases.renew(lease, at: Samples.start, until: Samples.at(10))
        try await backend.leases.release(lease)
    }

    private func conversations(_ people: [User.ID]) async throws {
        let group = try await backend.addGroup(Array(people.prefix(2)))
        let store = backend.conversations
        let direct = Conversation(
            id: Samples.ids.next(Conversation.self), participants: Array(people.prefix(2)), isDirect: true,
            createdBy: people[0], createdAt: Samples.start, updatedAt: Samples.start)
        for _ in 1...2 { _ = try await store.findOrCreateDirect([direct]) }
        _ = try await store.conversation(group)
        _ = try await store.rename(group, to: "Name", at: Samples.start)
        _ = try await store.addParticipants([people[2], people[3]], to: group, at: Samples.start)
        _ = try await store.removeParticipant(people[3], from: group, at: Samples.start)
        var message = Samples.message("Hello", from: people[0], in: group, at: Samples.at(1))
        message.clientMessageID = "1"
        for _ in 1...2 { _ = try await backend.messages.insert(message) }
        var retried = message
        retried.id = Samples.ids.next(Message.self)
        _ = try await backend.messages.insert(retried)
        _ = try await backend.messages.message(message.id)
        _ = try await backend.messages.messages([message.id])
        for cursor in [MessageCursor.newest, .before(message.id), .after(message.id)] {
            _ = try await backend.messages.messages(in: group, cursor, limit: 10)
        }
        _ = try await backend.messages.markRead(message.id, by: people[1], at: Samples.at(2))
        for user in people {
            _ = try await backend.directory.conversations(of: user, page: PageRequest(limit: 10))
            _ = try await backend.directory.conversations(of: user, containing: "n", page: PageRequest(limit: 10))
            _ = try await backend.directory.conversation(group, asSeenBy: user)
            _ = try await backend.directory.conversationIDs(of: user)
        }
        _ = try await backend.changes.changes(after: nil, limit: 10)
        _ = try await backend.changes.currentPosition()
        _ = try await backend.changes.messages(afterID: nil, limit: 10)
        try await backend.changes.waitForChange(after: nil, timeout: .seconds(1))
        _ = try await backend.messages.delete(message.id, at: Samples.at(3))
    }

    private func pipeline(_ people: [User.ID]) async throws {
        let date = try #require(PlanDate("2026-01-31"))
        _ = try await backend.plans.candidates(of: Plan.defaultPool, after: nil, limit: 10)
        _ = try await backend.plans.pools()
        let messages = (0..<3).map { number in
            AutoMessage(
                id: Samples.ids.next(Message.self), content: "Hi", sender: people[0], receiver: people[1],
                conversation: Samples.ids.next(Conversation.self), sendDate: Samples.at(Double(number)), planDate: date,
                createdAt: Samples.start, updatedAt: Samples.start)
        }
        for token in [Int64(1), 2] {
            let lease = Lease(name: "p", holder: NodeID(rawValue: "n"), fencingToken: token, expiresAt: Samples.at(60))
            let plan = Plan(id: Samples.ids.next(Plan.self), date: date, seed: 1, createdAt: Samples.start)
            _ = try await backend.plans.begin(plan, under: lease)
            try await backend.plans.add(messages, to: plan.id, under: lease)
            for (number, user) in people.enumerated() {
                let chunk = PlanChunk(number: number, users: [user], places: [.leftOut(.alone)])
                try await backend.plans.append(chunk, to: plan.id, under: lease)
            }
            _ = try await backend.plans.chunk(0, of: plan.id)
            if token == 2 {
                _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: Samples.start, under: lease)
            }
        }
        for pool in [nil, Plan.defaultPool] {
            for (from, through) in [(nil, nil), (date, date), (nil, date), (date, nil)] {
                for isComplete in [nil, true, false] {
                    let filter = PlanFilter(pool: pool, from: from, through: through, isComplete: isComplete)
                    _ = try await backend.plans.plans(matching: filter, page: PageRequest(limit: 2))
                }
            }
        }
        _ = try await backend.plans.plan(pool: Plan.defaultPool, date: date)
        try await phaseRuns()
        let store = backend.autoMessages
        _ = try await store.due(at: Samples.at(10), limit: 10)
        _ = try await store.autoMessage(messages[0].id)
        try await store.markQueued(messages.map(\.id), at: Samples.start)
        _ = try await store.markSent(messages[0].id, at: Samples.start)
        try await store.markRetried(messages[1].id, retryCount: 1, error: "x", at: Samples.start)
        try await store.markFailed(messages[1].id, error: "x", at: Samples.start)
        try await store.markReplayed([messages[1].id], at: Samples.start)
        _ = try await store.queued(.before(Samples.at(10)), after: nil, limit: 10)
        _ = try await store.queued(.after(Samples.at(10)), after: nil, limit: 10)
        _ = try await store.queuedCount(limit: 9)
        _ = try await store.oldestQueued()
        let report = WorkerReport(
            node: NodeID(rawValue: "old"), startedAt: Samples.start, seenAt: .distantPast, concurrency: 1)
        try await backend.workers.report(report)
        _ = try await backend.workers.reports(since: Samples.start)
        try await backend.workers.remove(NodeID(rawValue: "none"))
        try await queue()
    }

    private func phaseRuns() async throws {
        let runs = backend.phaseRuns
        let run = PhaseRun(
            phase: "p", occurrence: Samples.start, outcome: .running, fencingToken: 1, startedAt: Samples.start,
            node: NodeID(rawValue: "n"))
        _ = try await runs.begin(run)
        try await runs.finish(run)
        _ = try await runs.lastRun("p")
        _ = try await runs.runs()
        _ = try await runs.lastDone()
    }

    private func queue() async throws {
        let queue = backend.queue
        try await queue.publish((0..<4).map { Samples.job("\($0)") })
        var deliveries: [Delivery] = []
        while deliveries.count < 4 { deliveries += try await queue.receive(limit: 4, wait: .seconds(10)) }
        _ = try await queue.depth()
        try await queue.retry(deliveries[0], as: deliveries[0].job, after: .zero)
        for delivery in deliveries[1...2] { try await queue.deadLetter(delivery, reason: "x", at: Samples.start) }
        try await queue.release([deliveries[3]])
        try await queue.acknowledge(try await queue.receive(limit: 4, wait: .seconds(10)))
        let letters = backend.deadLetters
        let ids = DeadLetterFilter(ids: [deliveries[1].job.id])
        for filter in [.everything, ids, DeadLetterFilter(reason: "x")] {
            _ = try await letters.deadLetters(matching: filter, page: PageRequest(limit: 10))
        }
        _ = try await letters.deadLetter(deliveries[1].job.id)
        try await letters.bury([DeadLetter(job: Samples.job(), failedAt: nil, reason: "x")])
        _ = try await letters.replay(matching: ids)
        _ = try await letters.purge(matching: .everything)
        try await setAside()
    }

    private func setAside() async throws {
        let job = Samples.job()
        try await backend.queue.publish([job])
        _ = try await backend.database.write { try $0.run("UPDATE queue_jobs SET body = '' WHERE id = ?", [job.id]) }
        let given = try await backend.queue.receive(limit: 10, wait: .zero)
        #expect(!given.contains { $0.job.id == job.id })
    }

    private func search() async throws {
        let search = backend.search
        let (chat, sender) = (Samples.ids.next(Conversation.self), Samples.ids.next(User.self))
        var message = Samples.message("Green tea", from: sender, in: chat)
        for number in 1...2 {
            message.isDeleted = number == 2
            let change = MessageChange(position: ChangePosition(Int64(number)), message: message)
            _ = try await search.apply([change], following: try await search.checkpoint())
        }
        message.isDeleted = false
        try await search.beginRebuild(at: nil)
        try await search.addToRebuild([message])
        _ = try await search.unfinishedRebuild()
        try await search.finishRebuild()
        for narrow in [false, true] {
            let query = MessageQuery(
                text: "gre", conversations: [chat], sender: narrow ? sender : nil, from: narrow ? Samples.start : nil,
                to: narrow ? Samples.at(1) : nil, page: PageRequest(limit: 10))
            #expect(try await search.search(query).total == 1)
        }
        _ = try await search.entries(after: nil, limit: 10)
        try await search.repair(storing: [message], removing: [message.id])
    }
}
