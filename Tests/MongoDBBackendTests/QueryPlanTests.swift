import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// Every query that the roles make, as the server carried it out: none looks at a whole collection.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct QueryPlanTests {
    /// More conversations than the server merges by the order of their messages: what it does not merge it reads whole
    /// and sorts.
    @Test(arguments: TestServer.all)
    func aSearchOfManyConversationsSortsNothing(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let (backend, make) = (try database.open(), Fixtures.real())
            let people = try await backend.addUsers(2, make)
            var groups: [Conversation] = []
            for number in 0..<6 {
                groups.append(try await backend.addGroup(people, make))
                for turn in 0..<5 {
                    let message = make.message(
                        "tea", by: people[0].id, in: groups[number].id, at: make.instant(.seconds(10 * turn + number)))
                    _ = try await backend.messages.insert(message)
                }
            }
            // One conversation with messages in each hundred.
            let conversations = groups.flatMap { group in [group.id] + (0..<99).map { _ in make.id(Conversation.self) }
            }
            try await backend.raw { _ = try $0.run(["profile": 2]) }
            let query = MessageQuery(text: "tea", conversations: conversations, page: PageRequest(limit: 50))
            let found = try await backend.textSearch.search(query)
            let searches = try await backend.raw { connection in
                _ = try connection.run(["profile": 0])
                let answer = try connection.run([
                    "find": "system.profile",
                    "filter": ["command.find": "messages", "command.limit": .int64(20_000)],
                ])
                guard case .document(let cursor)? = answer["cursor"], case .array(let rows)? = cursor["firstBatch"]
                else { return [BSONDocument]() }
                return rows.compactMap { if case .document(let row) = $0 { row } else { nil } }
            }
            #expect(!searches.isEmpty)
            for search in searches {
                #expect(search["hasSortStage"] == nil, "\(String(describing: search["planSummary"]))")
            }
            let messages = try await backend.messages.messages(found.items.map(\.id))
            let created = Dictionary(messages.map { ($0.id, $0.createdAt) }) { first, _ in first }
            let order = found.items.compactMap { created[$0.id] }
            #expect(order.count == 30 && found.total == 30)
            #expect(order == order.sorted(by: >), "the newest come first, whichever conversation they are of")
        }
    }

    @Test(arguments: TestServer.all)
    func noRequestScansACollection(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            let everything = Everything(backend: backend)
            try await everything.fill()
            try await backend.raw { connection in
                // What the server makes by itself holds 1 MiB and would forget the first requests; one answer holds 16.
                _ = try connection.run(["create": "system.profile", "capped": true, "size": 12_582_912])
                _ = try connection.run(["profile": 2])
            }
            try await everything.use()
            let profile = try await backend.raw { connection in
                _ = try connection.run(["profile": 0])
                let answer = try connection.run([
                    "find": "system.profile", "batchSize": 10_000,
                    "filter": ["ns": ["$ne": .string("\(connection.database).system.profile")]],
                ])
                guard case .document(let cursor)? = answer["cursor"], case .array(let rows)? = cursor["firstBatch"]
                else { return [BSONDocument]() }
                return rows.compactMap { if case .document(let row) = $0 { row } else { nil } }
            }
            let seen = profile.filter { $0["planSummary"] != nil }
            #expect(seen.count > 100, "every role's queries are looked at")
            var plans: Set<String> = []
            for row in seen {
                let plan = row["planSummary"]?.text ?? ""
                let namespace = row["ns"]?.text ?? ""
                plans.insert("\(namespace.split(separator: ".").last ?? "") \(plan)")
                if plan.contains("COLLSCAN") {
                    Issue.record("\(plan) on \(namespace): \(String(describing: row["command"]))")
                }
                // Documents looked at in vain grow with the collection.
                let examined = row["docsExamined"]?.integer ?? 0
                let returned = max(row["nreturned"]?.integer ?? 0, row["nModified"]?.integer ?? 0, 1)
                if examined > 20 * returned + 60, !Everything.readsManyForOne.contains(where: { plan.contains($0) }) {
                    Issue.record(
                        "\(examined) documents for \(returned) by \(plan) on \(namespace): \(String(describing: row["command"]))"
                    )
                }
            }
            for collection in [
                "users", "conversations", "messages", "automessages", "sessions", "plans", "planchunks",
                "userexclusions", "phaseruns", "workers",
            ] {
                #expect(plans.contains { $0.hasPrefix("\(collection) ") }, "nothing was asked of \(collection)")
            }
        }
    }
}
