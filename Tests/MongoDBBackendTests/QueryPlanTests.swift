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
    @Test(arguments: TestServer.all)
    func noRequestScansACollection(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            let everything = Everything(backend: backend)
            try await everything.fill()
            try await backend.raw { _ = try $0.run(["profile": 2]) }
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
                "users", "conversations", "messages", "automessages", "sessions", "plans", "planmembers", "workers",
            ] {
                #expect(plans.contains { $0.hasPrefix("\(collection) ") }, "nothing was asked of \(collection)")
            }
        }
    }
}
