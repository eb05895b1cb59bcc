import Foundation
import MsgKit
import Synchronization
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// How a database comes to this program's schema: an empty one, one of the original, one of a newer program.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct MigrationTests {
    private let original = OriginalDatabase()

    /// All documents of the original's collections.
    private static func documents(_ backend: MongoDBBackend) async throws -> [MongoCollection: [BSONDocument]] {
        try await backend.raw { connection in
            var all: [MongoCollection: [BSONDocument]] = [:]
            for collection in [MongoCollection.users, .conversations, .messages, .autoMessages] {
                all[collection] = try connection.find(in: collection, [:], FindOptions(sort: ["_id": 1]))
            }
            return all
        }
    }

    @Test(arguments: TestServer.all)
    func anEmptyDatabaseIsMadeByTheFirstCall(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backends = try (0..<3).map { _ in try database.open() }
            let before = try await backends[0].schemaStatus()
            #expect(before.version == 0 && before.currentVersion == Migration.currentVersion)
            #expect(before.pending == Migration.all.map(\.name))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for backend in backends {
                    for _ in 0..<4 { group.addTask { _ = try await backend.users.user(email: "nobody@example.org") } }
                }
                try await group.waitForAll()
            }
            #expect(Set(backends.map { $0.database.schema.identity }).count == 1, "all see one store")
            let after = try await backends[1].schemaStatus()
            #expect(after.version == Migration.currentVersion && after.pending.isEmpty)
            #expect(try await backends[2].migrate() == [])
        }
    }

    @Test func stepsAreNumberedUpwards() {
        #expect(zip(Migration.all, Migration.all.dropFirst()).allSatisfy { $0.version < $1.version })
        #expect(Set(Migration.all.map(\.name)).count == Migration.all.count)
    }

    @Test(arguments: TestServer.all)
    func aDatabaseOfTheOriginalOpensAndNothingThatItReadsChanges(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            try await original.write(to: backend)
            let before = try await Self.documents(backend)
            try await people(backend)
            try await conversations(backend)
            try await messages(backend)
            try await pipeline(backend)
            let after = try await Self.documents(backend)
            for (collection, documents) in before {
                for (old, new) in zip(documents, try #require(after[collection])) {
                    for field in old.fields {
                        #expect(new[field.key] == field.value, "\(collection) \(field.key)")
                    }
                }
            }
        }
    }

    private func people(_ backend: MongoDBBackend) async throws {
        let anna = try #require(try await backend.users.user(username: "anna"))
        #expect(anna.id == original.anna, "of two names that differ in case the older one is found")
        #expect(anna.role == .user && anna.isActive && anna.autoMessages && anna.avatar == nil)
        #expect(anna.lastSeen != nil)
        #expect(try await backend.users.user(email: "ANNA@example.org")?.id == original.anna)
        #expect(try await backend.users.user(original.annaAgain)?.username == "ANNA")
        #expect(try await backend.users.user(email: "anna2@example.org")?.id == original.annaAgain)
        #expect(try await backend.users.user(username: "anna#\(original.annaAgain)") == nil)
        let cleo = try #require(try await backend.users.user(original.cleo))
        #expect(cleo.createdAt == Date(timeIntervalSince1970: 1_700_000_000), "an id tells when it was made")
        let list = try await backend.users.users(matching: UserFilter(), page: PageRequest(limit: 10))
        #expect(list.items.map(\.username) == ["Anna", "ANNA", "bert", "cleo"])
        #expect(list.total == 4)
        var taken = Fixtures.real().user("aNNa")
        taken.email = "other@example.org"
        await expectError(.usernameTaken, when: "the original has the name") { try await backend.users.insert(taken) }
    }

    private func conversations(_ backend: MongoDBBackend) async throws {
        let make = Fixtures.real()
        let found = try await backend.conversations.findOrCreateDirect([make.direct(original.anna, original.bert)])
        #expect(found.first?.conversation.id == original.direct, "of several the one that was used last is found")
        #expect(found.first?.isNew == false)
        let list = try await backend.directory.conversations(of: original.bert, page: PageRequest(limit: 10))
        #expect(
            list.items.map(\.conversation.id) == [
                original.direct, original.group, original.olderDirect, original.silentDirect,
            ])
        #expect(list.items.map(\.unreadCount) == [1, 0, 0, 0])
        #expect(list.items.first?.lastMessage?.id == original.unread)
        let cleo = try await backend.directory.conversations(of: original.cleo, page: PageRequest(limit: 10))
        #expect(cleo.items.map(\.unreadCount) == [1])
        let search = try await backend.directory.conversations(
            of: original.cleo, containing: "offentliche", page: PageRequest(limit: 10))
        #expect(search.items.map(\.conversation.id) == [original.group])
    }

    private func messages(_ backend: MongoDBBackend) async throws {
        let page = try await backend.messages.messages(in: original.direct, .newest, limit: 10)
        #expect(page.messages.map(\.id) == [original.read, original.unread])
        #expect(page.messages.first?.readBy.map(\.user) == [original.bert])
        let bare = try #require(try await backend.messages.message(original.bare))
        #expect(bare.messageType == .user && !bare.isDeleted && bare.readBy.isEmpty)
        let changes = try await backend.changes.changes(after: nil, limit: 10)
        #expect(Set(changes.map(\.message.id)) == [original.read, original.unread, original.deleted, original.bare])
        let all = try await backend.changes.messages(afterID: nil, limit: 10)
        #expect(all.map(\.id) == [original.read, original.unread, original.bare])
    }

    private func pipeline(_ backend: MongoDBBackend) async throws {
        let due = try await backend.autoMessages.due(
            at: Date(timeIntervalSince1970: 1_700_100_000), limit: 10)
        #expect(due.map(\.id) == [original.due], "what the original has planned is due without a plan of ours")
        #expect(due.first?.planDate == PlanDate("2023-11-14"))
    }

    @Test(arguments: TestServer.all)
    func aLargeDatabaseOfTheOriginalWaitsForMigrate(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open { $0.automaticMigrationLimit = 3 }
            try await original.write(to: backend)
            let before = try await Self.documents(backend)
            for _ in 0..<3 {
                do {
                    _ = try await backend.users.user(username: "anna")
                    Issue.record("the database was opened")
                } catch let error as MsgError {
                    #expect(error.code == .unavailable)
                    #expect(error.message.contains("msgctl migrate"))
                }
            }
            #expect(try await Self.documents(backend) == before)
            let status = try await backend.schemaStatus()
            #expect(status.pending == Migration.all.map(\.name) && status.documents == 14)
            let steps = Mutex<[String]>([])
            let applied = try await backend.migrate { step, _ in steps.withLock { $0.append(step) } }
            #expect(applied == Migration.all.map(\.name))
            #expect(Set(steps.withLock { $0 }) == Set(applied))
            // The process need not be started again.
            let limit = ContinuousClock.now + .seconds(20)
            while try await Self.isRefused(backend), .now < limit { try await Task.sleep(for: .milliseconds(50)) }
            #expect(try await backend.users.user(username: "anna")?.id == original.anna)
        }
    }

    private static func isRefused(_ backend: MongoDBBackend) async throws -> Bool {
        do {
            _ = try await backend.users.user(username: "anna")
            return false
        } catch let error as MsgError where error.code == .unavailable {
            return true
        }
    }

    @Test(arguments: TestServer.all)
    func aMigrationThatWasInterruptedIsFinishedByTheNext(_ server: TestServer) async throws {
        struct Stop: Error {}
        try await TestDatabase.with(server) { database in
            let backend = try database.open { $0.automaticMigrationLimit = 3 }
            try await original.write(to: backend)
            let migrator = Migrator(clock: SystemClock(), logger: TestDatabase.logger)
            // Ends at its first, second, third … report, so at every place between two batches.
            for reports in 1...40 {
                let count = Mutex(0)
                do {
                    _ = try await backend.raw { connection in
                        try migrator.apply(connection) { _, _ in
                            let isLast = count.withLock { count in
                                count += 1
                                return count == reports
                            }
                            if isLast { throw Stop() }
                        }
                    }
                    #expect(reports > 3, "it was interrupted several times")
                    break
                } catch is Stop {
                    #expect(reports < 40)
                }
            }
            let reopened = try database.open()
            try await people(reopened)
            try await conversations(reopened)
            try await messages(reopened)
            try await pipeline(reopened)
        }
    }

    @Test(arguments: TestServer.all)
    func severalMayMigrateAtOnce(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backends = try (0..<4).map { _ in try database.open { $0.automaticMigrationLimit = 3 } }
            try await original.write(to: backends[0])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for backend in backends { group.addTask { _ = try await backend.migrate() } }
                try await group.waitForAll()
            }
            let reopened = try database.open()
            try await people(reopened)
            try await conversations(reopened)
            try await messages(reopened)
        }
    }

    @Test(arguments: TestServer.all)
    func aNewerSchemaIsRefused(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            try await backend.raw { connection in
                _ = try connection.insert([["_id": "schema", "version": 99]], into: .meta)
            }
            await expectError(.configuration, when: "the schema is newer") {
                try await backend.users.user(username: "anna")
            }
            await expectError(.configuration, when: "the schema is newer") { try await backend.migrate() }
            #expect(try await backend.schemaStatus().version == 99)
        }
    }
}
