import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// What reads ask for has to go with what writes wait for.
struct ReadConcernTests {
    @Test(
        arguments: [
            (nil, "", nil), ("majority", "", "majority"), ("majority", "w=majority", "majority"),
            ("majority", "w=1", "local"), ("majority", "w=2", "local"), ("linearizable", "w=1", "linearizable"),
            ("local", "", "local"), ("local", "readConcernLevel=majority", "majority"),
            ("majority", "readConcernLevel=local&w=1", "local"),
        ] as [(String?, String, String?)])
    func aMajorityIsReadOnlyWhenWritesWaitForIt(option: String?, query: String, effective: String?) throws {
        let options = MongoDBOptions(url: Secret("mongodb://host/?\(query)"), readConcern: option)
        #expect(try MongoURI(options, socketTimeout: .seconds(5)).readConcern == effective)
    }

    @Test func theSameCountsForOptions() throws {
        var options = MongoDBOptions(url: Secret("mongodb://host"), writeConcern: .members(1), readConcern: "majority")
        #expect(try MongoURI(options, socketTimeout: .seconds(5)).readConcern == "local")
        options.url = Secret("mongodb://host/?readConcernLevel=majority")
        let error = #expect(throws: MsgError.self) { try MongoURI(options, socketTimeout: .seconds(5)) }
        #expect(error?.code == .configuration)
    }

    /// A refresh that doesn't see the one before it would take its token for a stolen one.
    @Test(
        .timeLimit(.minutes(5)),
        .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"),
        arguments: TestServer.all)
    func whatWasJustWrittenIsRead(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let make = Fixtures.real()
            let backend = try database.open {
                ($0.writeConcern, $0.journal, $0.readConcern) = (.members(1), false, "majority")
            }
            let user = make.user("anna")
            try await backend.users.insert(user)
            let session = make.session(of: user.id)
            try await backend.sessions.insert(session)
            var token = session.grant.tokenID
            for second in 1...200 {
                let next = make.grant(at: make.instant(.seconds(second)))
                for _ in 0..<2 {
                    let outcome = try await backend.sessions.rotate(
                        session.id, presenting: token, successor: next, at: make.instant(.seconds(second)),
                        grace: .seconds(10))
                    guard outcome == .rotated(next) || outcome == .replayed(next) else {
                        Issue.record("rotation \(second): \(outcome)")
                        return
                    }
                }
                token = next.tokenID
            }
        }
    }
}
