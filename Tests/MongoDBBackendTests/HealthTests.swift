import Foundation
import MsgKit
import ServiceLifecycle
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// What the health probe sees, and what the background work does.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct HealthTests {
    @Test(arguments: TestServer.all)
    func aDatabaseThatWasReplacedIsNoticedAndTakenUp(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let (backend, make) = (try database.open(), Fixtures.real())
            let probe = backend.probe
            #expect(probe.name == "store" && probe.isRequired)
            try await probe.probe()
            let identity = backend.database.schema.identity
            try await backend.raw { _ = try $0.run(["dropDatabase": 1], isWrite: true) }
            await expectError(.unavailable, when: "the database was dropped") { try await probe.probe() }
            _ = try await backend.addUsers(1, make)
            var twin = make.user("USER_0")
            twin.email = "twin@example.org"
            await expectError(.usernameTaken, when: "the indexes are there again") {
                try await backend.users.insert(twin)
            }
            try await probe.probe()
            #expect(backend.database.schema.identity != identity)
        }
    }

    @Test(arguments: TestServer.all)
    func anInspectionMakesNothing(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            #expect(backend.inspection.name == "store" && backend.inspection.isRequired)
            let hint = await #expect(throws: UnpreparedEngine.self) { try await backend.inspection.probe() }?.hint
            #expect(hint?.contains("msgctl migrate") == true)
            let made = try await backend.raw { try $0.run(["listCollections": 1, "cursor": [:]]) }
            #expect(made["cursor"] != nil)
            if case .document(let cursor)? = made["cursor"] { #expect(cursor["firstBatch"] == .array([])) }
            _ = try await backend.migrate()
            try await backend.inspection.probe()
        }
    }

    @Test(arguments: TestServer.all)
    func theBackgroundWorkRemovesWhatDroppedPlansLeftBehind(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let (backend, make) = (try database.open(), Fixtures.real())
            let users = try await backend.addUsers(2, make)
            let group = try await backend.addGroup(users, make)
            let dropped = make.plan()
            for (plan, token) in [(dropped, Int64(1)), (make.plan(), 2)] {
                _ = try await backend.plans.begin(plan, under: make.lease(token: token))
            }
            let orphan = make.autoMessage(by: users[0].id, to: users[1].id, in: group.id)
            let document = orphan.document(in: dropped.id)
            try await backend.raw { _ = try $0.insert([document], into: .autoMessages) }
            let service = try #require(backend.services.first)
            try await running(service) { _ in
                let limit = ContinuousClock.now + .seconds(30)
                while try await backend.autoMessages.autoMessage(orphan.id) != nil, .now < limit {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try await backend.autoMessages.autoMessage(orphan.id) == nil)
        }
    }
}
