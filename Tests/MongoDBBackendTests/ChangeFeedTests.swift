import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// What following the messages has to stand beside what every feed has to. One after the other, as a server has each fail
/// point only once.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct ChangeFeedTests {
    @Test(arguments: TestServer.all)
    func aPositionOfAnotherStoreIsRefused(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let (backend, make) = (try database.open(), Fixtures.real())
            let users = try await backend.addUsers(2, make)
            let group = try await backend.addGroup(users, make)
            _ = try await backend.messages.insert(make.message(by: users[0].id, in: group.id))
            let own = try #require(try await backend.changes.currentPosition())
            let foreign = "x" + own.token
            for token in [foreign, "17", "", "a.b.c.d", own.token + ".1", own.token.uppercased() + "!"] {
                await expectError(.conflict, when: "the position is \(token)") {
                    try await backend.changes.changes(after: ChangePosition(token: token), limit: 1)
                }
                await expectError(.conflict, when: "the position is \(token)") {
                    try await backend.changes.waitForChange(
                        after: ChangePosition(token: token), timeout: .milliseconds(1))
                }
            }
            #expect(try await backend.changes.changes(after: own, limit: 1) == [])
        }
    }

    /// A write that has its place in the order, or soon gets it, but can't be seen yet: the server holds it up.
    @Test(arguments: TestServer.all, ["hangDuringBatchInsert", "hangBeforeFindAndModifyPerformsUpdate"])
    func aChangeIsNotGivenOutBeforeEarlierOnesThatAreUnderWay(_ server: TestServer, hold: String) async throws {
        try await expectOrder(server, hold: hold, readConcern: nil, for: .milliseconds(300))
    }

    /// For longer than is waited where the server does not tell what is under way: it has to tell those who read what a
    /// majority has, too.
    @Test(arguments: TestServer.all)
    func earlierChangesAreWaitedForWhateverReadsAskFor(_ server: TestServer) async throws {
        try await expectOrder(
            server, hold: "hangDuringBatchInsert", readConcern: "majority", for: .milliseconds(2_500))
    }

    private func expectOrder(
        _ server: TestServer, hold: String, readConcern: String?, for time: Duration
    ) async throws {
        try await TestDatabase.with(server) { database in
            let (backend, make) = (try database.open(), Fixtures.real())
            let feed = try database.open { $0.readConcern = readConcern }.changes
            let users = try await backend.addUsers(2, make)
            let group = try await backend.addGroup(users, make)
            let old = try await backend.messages.insert(make.message("Old", by: users[0].id, in: group.id)).message
            let start = try #require(try await backend.changes.currentPosition())
            let failPoint = FailPoint(name: hold, database: database.name)
            guard try await failPoint.set(backend) else {
                print("The server has no fail points; start it with --setParameter enableTestCommands=1")
                return
            }
            let new = make.message("New", by: users[0].id, in: group.id, at: make.instant(.seconds(1)))
            let isInsertHeld = hold == "hangDuringBatchInsert"
            async let held = change(isInsertHeld ? new : nil, deleting: old, backend)
            try await failPoint.untilReached(backend)
            let free = try await change(isInsertHeld ? nil : new, deleting: old, backend)
            async let changes = feed.changes(after: start, limit: 10)
            // What would be given out too soon would be so within this time.
            try await Task.sleep(for: time)
            try await failPoint.release(backend)
            let first = try await held
            // One that got its place only afterwards may come with the next call.
            #expect(try await changes.map(\.message) == (isInsertHeld ? [first, free] : [free]))
            let all = try await feed.changes(after: start, limit: 10)
            #expect(all.map(\.message) == (isInsertHeld ? [first, free] : [free, first]))
        }
    }

    private func change(
        _ message: Message?, deleting old: Message, _ backend: MongoDBBackend
    ) async throws -> Message {
        if let message { return try await backend.messages.insert(message).message }
        return try #require(try await backend.messages.delete(old.id, at: old.createdAt.later(by: .seconds(2))))
    }
}
