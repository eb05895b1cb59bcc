import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// What no waiting mends: URLs that can't be meant, and servers that refuse whoever comes like this.
@Suite(.timeLimit(.minutes(5)))
struct RefusalTests {
    private func failure(_ call: () async throws -> some Any) async -> MsgError? {
        do {
            _ = try await call()
            return nil
        } catch {
            return error as? MsgError
        }
    }

    @Test(
        .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"),
        arguments: ["authSource=admin", "authMechanism=PLAIN", "authMechanism=NONSENSE"])
    func aLoginThatIsRefused(_ option: String) async throws {
        let server = try #require(TestServer.all.first)
        try await TestDatabase.with(server) { database in
            let url = "mongodb://ada:geheim@127.0.0.1:\(server.port)/?directConnection=true&\(option)"
            let backend = try database.open(url: url) { $0.urlName = "store.mongodb_uri" }
            let make = Fixtures.real()
            let calls: [() async throws -> Void] = [
                { _ = try await backend.users.user(make.id()) },
                // Once more: the library takes a server that has refused it for one that is lost.
                { _ = try await backend.users.user(email: "ada@example.org") },
                { try await backend.probe.probe() },
                { try await backend.inspection.probe() },
                { _ = try await backend.migrate() },
            ]
            for call in calls {
                let error = try #require(await failure(call))
                #expect(error.code == .configuration, "\(String(reflecting: error))")
                #expect(error.operatorMessage.contains("store.mongodb_uri"))
                #expect(error.operatorMessage.contains("127.0.0.1:\(server.port)"))
                #expect(!error.debugDescription.contains("geheim"))
                #expect(!error.message.contains("127.0.0.1"), "the message is for everybody")
            }
        }
    }

    @Test(.enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
    func aRightThatIsMissing() async throws {
        let server = try #require(TestServer.all.first)
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            let make = Fixtures.real()
            let error = await failure {
                try await backend.database.perform { _ -> Void in
                    throw MsgError(
                        MongoFailure(
                            domain: 17, code: 13, message: "not authorized on \(backend.database.uri.database)"))
                }
            }
            #expect(error?.code == .configuration)
            #expect(error?.operatorMessage.contains("readWrite") == true)
            #expect(try await backend.users.user(make.id()) == nil)
        }
    }

    @Test func aServerThatCannotBeReachedIsNamedWithTheReason() async throws {
        let backend = try MongoDBBackend(
            options: MongoDBOptions(
                url: Secret("mongodb://ada:geheim@127.0.0.1:1/chat"), operationTimeout: .seconds(3),
                connectTimeout: .milliseconds(300)),
            logger: TestDatabase.logger)
        let error = try #require(await failure { try await backend.schemaStatus() })
        #expect(error.code == .unavailable)
        #expect(error.operatorMessage.contains("127.0.0.1:1/chat"))
        #expect(error.operatorMessage.contains("connect"))
        #expect(!error.debugDescription.contains("geheim"))
        await backend.close()
    }

    @Test(
        .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"),
        arguments: TestServer.all)
    func aServerOfAnotherSetIsToldWithItsName(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let url = "mongodb://127.0.0.1:\(server.port)/?replicaSet=elsewhere"
            let backend = try database.open(url: url) {
                $0.urlName = "store.mongodb_uri"
                $0.connectTimeout = .seconds(2)
            }
            let own = server == .replicaSet ? "of the replica set \"" : "in no replica set; leave out replicaSet"
            for call in [{ try await backend.inspection.probe() }, { _ = try await backend.migrate() }] {
                let error = try #require(await failure(call))
                #expect(error.code == .configuration, "\(String(reflecting: error))")
                for part in ["store.mongodb_uri: MongoDB at 127.0.0.1:\(server.port)", own] {
                    #expect(error.operatorMessage.contains(part), "\(error.operatorMessage)")
                }
            }
        }
    }

    @Test(
        .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
    func tlsOnThisSideOnlyIsTold() async throws {
        let server = try #require(TestServer.all.first)
        let lines = Journal<String>()
        var options = MongoDBOptions(url: Secret("mongodb://127.0.0.1:\(server.port)/chat?tls=true"))
        options.urlName = "store.mongodb_uri"
        let backend = try MongoDBBackend(options: options, logger: LogJournal.logger(lines))
        for _ in 0..<3 {
            let error = try #require(await failure { try await backend.probe.probe() })
            #expect(error.code == .configuration, "\(String(reflecting: error))")
            #expect(
                error.operatorMessage.contains("127.0.0.1:\(server.port) does not speak TLS; leave out tls=true"),
                "\(error.operatorMessage)")
            #expect(error.isTold, "it is in the log")
        }
        await backend.close()
        #expect(lines.entries.count { $0.contains("MongoDB can't be used") } == 1, "\(lines.entries)")
    }

    @Test(
        .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"),
        arguments: TestServer.all, ["w=fish", "w=40"])
    func aWriteConcernThatNobodyConfirmsIsToldBeforeAnythingIsWritten(
        _ server: TestServer, _ option: String
    ) async throws {
        try await TestDatabase.with(server) { database in
            let url = server.url + (server.url.contains("?") ? "&" : "?") + option
            let backend = try database.open(url: url) { $0.urlName = "store.mongodb_uri" }
            let make = Fixtures.real()
            let calls: [() async throws -> Void] = [
                { try await backend.users.insert(make.user("ada")) },
                { _ = try await backend.schemaStatus() },
                { try await backend.inspection.probe() },
                { _ = try await backend.migrate() },
            ]
            for call in calls {
                let error = try #require(await failure(call))
                #expect(error.code == .configuration, "\(String(reflecting: error))")
                #expect(error.operatorMessage.contains("w in store.mongodb_uri"), "\(error.operatorMessage)")
            }
            #expect(try await database.open().schemaStatus().version == 0)
        }
    }

    /// As when a mode is taken from the set while this program runs.
    @Test(.enabled(if: TestServer.all.contains(.replicaSet), "MSGCTL_TEST_MONGODB_URL names no replica set"))
    func aKeyThatIsTakenIsToldThoughNobodyConfirmsIt() async throws {
        try await TestDatabase.with(.replicaSet) { database in
            let url = TestServer.replicaSet.url
            let options = MongoDBOptions(
                url: Secret(url + (url.contains("?") ? "&" : "?") + "w=fish"), database: database.name)
            let uri = try MongoURI(options, socketTimeout: .seconds(10))
            let clients = MongoClients(uri: uri, size: 1, sightings: SetSightings())
            try clients.withClient { client in
                let connection = MongoConnection(
                    client: client, uri: uri, deadline: .now + .seconds(20),
                    damaged: DamagedRecords(logger: TestDatabase.logger))
                for _ in 0..<2 {
                    let error = #expect(throws: MsgError.self) { try connection.insert([["_id": "a"]], into: .meta) }
                    #expect((error?.cause as? MongoFailure)?.refusal == .writeConcern, "\(String(reflecting: error))")
                }
                let outcome = try connection.insert([["_id": "a"]], into: .meta, trustsDuplicates: true)
                #expect(outcome.duplicates == [0])
            }
        }
    }

    @Test(arguments: [
        ("mongodb://ada:geheim@localhost/chat?retrywritez=true", "retrywritez"),
        ("mongodb://ada:geheim@localhost/chat?connectTimeoutMS=soon", "connectTimeoutMS"),
        ("mongodb://localhost/chat?compressors=squeeze", "compressors"),
        ("mongodb://localhost/chat?authMechanism=MONGODB-X509", "MONGODB-X509"),
        ("mongodb://localhost/chat?authMechanism=SCRAM-SHA-1", "authMechanism"),
        ("mongodb://localhost/chat?tls=true&ssl=false", "tls and ssl"),
        ("mongodb://localhost/chat?tls=true&tlsCAFile=/nonexistent", "tlsCAFile"),
        ("mongodb://ada:gehe%im@localhost/chat", "percent-encoded"),
    ])
    func anOptionThatCannotBeMeantIsNamed(_ url: String, _ name: String) async throws {
        let options = MongoDBOptions(url: Secret(url))
        let error = await failure { try MongoDBBackend(options: options, logger: TestDatabase.logger) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        #expect(error?.debugDescription.contains("geheim") == false)
    }
}
