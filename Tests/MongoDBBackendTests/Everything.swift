import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// Calls every method of every role at least once, with every kind of argument that makes it run another query.
struct Everything {
    /// Plans of what may look at more than it returns: the unread messages of one person are counted.
    static let readsManyForOne = ["unreadBy: 1"]

    let backend: MongoDBBackend
    private let make = Fixtures.real()

    /// So much that a plan that reads everything would show.
    func fill() async throws {
        let (make, backend) = (make, backend)
        let people = try await Self.inParallel(300) { number -> User in
            var user = make.user("person_\(number)", isActive: number % 7 != 0)
            if number % 3 == 0 { user.pool = number % 2 == 0 ? "night" : "empty" }
            try await backend.users.insert(user)
            let session = make.session(of: user.id)
            try await backend.sessions.insert(session)
            return user
        }
        for number in people.indices.dropLast() where number % 2 == 0 {
            try await backend.exclusions.exclude(people[number + 1].id, by: people[number].id, at: make.start)
        }
        let pairs = people.indices.dropLast().map { make.direct(people[$0].id, people[$0 + 1].id) }
        let direct = try await backend.conversations.findOrCreateDirect(pairs).map(\.conversation)
        _ = try await Self.inParallel(3000) { number in
            let conversation = direct[number % direct.count]
            let sender = people.first { $0.id == conversation.participants[number % 2] }
            guard let sender, sender.isActive else { return }
            let message = make.message(
                "Message \(number)", by: sender.id, in: conversation.id,
                at: make.instant(.milliseconds(number)), clientMessageID: number % 3 == 0 ? "c-\(number)" : nil)
            _ = try await backend.messages.insert(message)
        }
        for day in 1...3 {
            try await plan(people: people, conversations: direct, day: day, count: 500)
        }
    }

    func use() async throws {
        let people = try await backend.addUsers(4, make)
        try await accounts(people.map(\.id))
        try await conversations(people)
        try await pipeline(people)
        try await backend.probe.probe()
        try await PlanRemoval(database: backend.database).sweep(at: make.start)
    }

    private func accounts(_ people: [User.ID]) async throws {
        let users = backend.users
        _ = try await users.user(email: "User_0@example.org")
        _ = try await users.user(username: "USER_0")
        _ = try await users.users(people)
        await expectError(.usernameTaken, when: "it is taken") { try await users.insert(make.user("USER_0")) }
        for query in [nil, "per"] {
            for membership in [nil, UserFilter.Membership.among(people), .notAmong(people)] {
                for isActive in [nil, true, false] {
                    let filter = UserFilter(query: query, isActive: isActive, membership: membership)
                    for page in 1...2 {
                        _ = try await users.users(matching: filter, page: PageRequest(page: page, limit: 40))
                    }
                }
            }
        }
        _ = try await users.update(people[0], UserChange(username: "anna"), at: make.start)
        _ = try await users.update(people[1], UserChange(role: .admin), at: make.start)
        for condition in [UserChange.Condition.passwordHash("other"), .administrator(people[2])] {
            await expectError(.conflict, when: "it does not hold") {
                try await users.update(people[0], UserChange(role: .user, condition: condition), at: make.start)
            }
        }
        _ = try await users.update(
            people[0], UserChange(role: .user, condition: .administrator(people[1])), at: make.start)
        try await exclusions(people)
        try await users.markSeen(people, at: make.start)
        let session = make.session(of: people[0])
        let sessions = backend.sessions
        try await sessions.insert(session)
        _ = try await sessions.principal(of: session.id, at: make.start)
        let next = make.grant(at: make.instant(.seconds(1)))
        for second in [1, 2, 100] {
            _ = try await sessions.rotate(
                session.id, presenting: session.grant.tokenID, successor: next, at: make.instant(.seconds(second)),
                grace: .seconds(10))
        }
        _ = try await sessions.revoke(session.id, at: make.start)
        try await sessions.insert(make.session(of: people[0]))
        _ = try await sessions.revokeAll(of: people[0], except: session.id, at: make.start)
        _ = try await sessions.deleteEnded(before: make.instant(.seconds(2000)))
    }

    private func exclusions(_ people: [User.ID]) async throws {
        let store = backend.exclusions
        for _ in 1...2 { try await store.exclude(people[1], by: people[0], at: make.start) }
        _ = try await store.exclusions(of: people[0])
        #expect(try await store.isExcluded(people[0], people[1]))
        let all = try await store.exclusions(after: nil, limit: 10)
        _ = try await store.exclusions(after: all.last, limit: 10)
        try await store.include(people[1], by: people[0])
    }

    private func conversations(_ people: [User]) async throws {
        let group = try await backend.addGroup(Array(people.prefix(2)), make)
        let (store, messages) = (backend.conversations, backend.messages)
        let direct = make.direct(people[0].id, people[1].id)
        for _ in 1...2 { _ = try await store.findOrCreateDirect([direct]) }
        _ = try await store.conversation(group.id)
        _ = try await store.rename(group.id, to: "Name", at: make.start)
        _ = try await store.addParticipants([people[2].id, people[3].id], to: group.id, at: make.start)
        _ = try await store.removeParticipant(people[3].id, from: group.id, at: make.start)
        var history: [Message] = []
        for number in 0..<60 {
            let message = make.message(
                "Hello", by: people[0].id, in: group.id, at: make.instant(.milliseconds(number)),
                clientMessageID: "\(number)")
            history.append(try await messages.insert(message).message)
        }
        _ = try await messages.insert(history[0])
        _ = try await messages.insert(
            make.message("Hello", by: people[0].id, in: direct.id, clientMessageID: "1"))
        _ = try await messages.message(history[0].id)
        _ = try await messages.messages(history.map(\.id))
        for cursor in [MessageCursor.newest, .before(history[40].id), .after(history[10].id)] {
            _ = try await messages.messages(in: group.id, cursor, limit: 10)
        }
        _ = try await messages.markRead(history[0].id, by: people[1].id, at: make.instant(.seconds(2)))
        let busy = try await backend.users.user(username: "person_1")
        for user in people + [try #require(busy)] {
            for page in 1...2 {
                _ = try await backend.directory.conversations(of: user.id, page: PageRequest(page: page, limit: 1))
            }
            _ = try await backend.directory.conversations(
                of: user.id, containing: "n", page: PageRequest(limit: 10))
            _ = try await backend.directory.conversation(group.id, asSeenBy: user.id)
            _ = try await backend.directory.conversationIDs(of: user.id)
        }
        var position: ChangePosition?
        for _ in 0..<3 {
            position = try await backend.changes.changes(after: position, limit: 100).last?.position
        }
        _ = try await backend.changes.currentPosition()
        let some = try await backend.changes.messages(afterID: nil, limit: 10)
        _ = try await backend.changes.messages(afterID: some.last?.id, limit: 10)
        try await backend.changes.waitForChange(after: nil, timeout: .seconds(1))
        for message in history.suffix(2) {
            _ = try await messages.delete(message.id, at: make.instant(.seconds(3)))
        }
    }

    private func pipeline(_ people: [User]) async throws {
        for pool in [Plan.defaultPool, "night"] {
            let first = try await backend.plans.candidates(of: pool, after: nil, limit: 10)
            let next = try await backend.plans.candidates(of: pool, after: first.last?.id, limit: 10)
            #expect(first.count == 10 && next.count == 10)
        }
        _ = try await backend.plans.pools()
        let group = try await backend.addGroup(people, make)
        let date = make.planDate(9)
        var last: [AutoMessage] = []
        for token in [Int64(1), 2] {
            let (plan, lease) = (make.plan(date: date), make.lease(token: token))
            last = (0..<3).map { make.autoMessage("\($0)", by: people[0].id, to: people[1].id, in: group.id) }
            _ = try await backend.plans.begin(plan, under: lease)
            try await backend.plans.add(last, to: plan.id, under: lease)
            await expectError(.conflict, when: "a message is in it") {
                try await backend.plans.add([last[0]], to: plan.id, under: lease)
            }
            for (number, part) in [people.prefix(2), people.suffix(2)].enumerated() {
                try await backend.plans.append(
                    make.chunk(number, of: part.map(\.id)), to: plan.id, under: lease)
            }
            _ = try await backend.plans.chunk(0, of: plan.id)
            await expectError(.conflict, when: "it is there") {
                try await backend.plans.append(make.chunk(1, of: people.map(\.id)), to: plan.id, under: lease)
            }
            if token == 2 {
                _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: make.start, under: lease)
            }
        }
        for pool in [nil, Plan.defaultPool] {
            for (from, through) in [(nil, nil), (date, date)] {
                for isComplete in [nil, true] {
                    let filter = PlanFilter(pool: pool, from: from, through: through, isComplete: isComplete)
                    _ = try await backend.plans.plans(matching: filter, page: PageRequest(limit: 2))
                }
            }
        }
        _ = try await backend.plans.plan(pool: Plan.defaultPool, date: date)
        try await phaseRuns()
        let store = backend.autoMessages
        for _ in 1...3 {
            let due = try await store.due(
                at: make.instant(.seconds(10)), limit: 100)
            try await store.markQueued(due.map(\.id), at: make.instant(.seconds(11)))
        }
        _ = try await store.autoMessage(last[0].id)
        for _ in 1...2 { _ = try await store.markSent(last[0].id, at: make.start) }
        try await store.markRetried(last[1].id, retryCount: 1, error: "x", at: make.start)
        try await store.markFailed(last[1].id, error: "x", at: make.start)
        try await store.markReplayed([last[1].id], at: make.start)
        _ = try await store.due(
            at: make.instant(.seconds(99)), after: last[1], limit: 10)
        _ = try await store.queued(.before(make.instant(.seconds(10))), after: nil, limit: 100)
        _ = try await store.queued(.after(make.start), after: last[1], limit: 100)
        _ = try await store.queuedCount(limit: 9)
        _ = try await store.oldestQueued()
        let report = WorkerReport(
            node: NodeID(rawValue: "node"), startedAt: make.start, seenAt: make.start, concurrency: 1)
        try await backend.workers.report(report)
        _ = try await backend.workers.reports(since: make.start)
        try await backend.workers.remove(report.node)
        try await MongoWorkerBoard(database: backend.database).removeOld(at: make.start)
    }

    private func phaseRuns() async throws {
        let runs = backend.phaseRuns
        let run = PhaseRun(
            phase: "p", occurrence: make.start, outcome: .running, fencingToken: 1, startedAt: make.start,
            node: NodeID(rawValue: "n"))
        for _ in 1...2 { _ = try await runs.begin(run) }
        try await runs.finish(run)
        _ = try await runs.lastRun("p")
        _ = try await runs.runs()
        _ = try await runs.lastDone()
    }

    private func plan(people: [User], conversations: [Conversation], day: Int, count: Int) async throws {
        let (plan, lease) = (make.plan(date: make.planDate(day)), make.lease(token: 1))
        _ = try await backend.plans.begin(plan, under: lease)
        let messages = (0..<count).map { number in
            let conversation = conversations[number % conversations.count]
            return make.autoMessage(
                by: conversation.participants[0], to: conversation.participants[1], in: conversation.id,
                due: make.instant(.seconds(number % 50)), date: plan.date)
        }
        try await backend.plans.add(messages, to: plan.id, under: lease)
        _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: make.start, under: lease)
    }

    /// At most so many at a time as a busy process makes.
    private static func inParallel<Value: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            var values: [Value] = []
            for number in 0..<count {
                if number >= 64, let value = try await group.next() { values.append(value) }
                group.addTask { try await body(number) }
            }
            for try await value in group { values.append(value) }
            return values
        }
    }
}
