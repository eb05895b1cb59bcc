import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// What callers meet while the way to the server is broken, and that all comes back by itself.
@Suite(
    .timeLimit(.minutes(5)), .serialized,
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct FaultTests {
    /// Runs a body with a backend behind a proxy.
    private static func broken(
        _ server: TestServer, _ body: (MongoDBBackend, Proxy, Fixtures) async throws -> Void
    ) async throws {
        try await TestDatabase.with(server) { database in
            // The schema is made on the direct way, which has no faults.
            _ = try await database.open().users.user(email: "nobody@example.org")
            let proxy = try Proxy(to: server.port)
            defer { proxy.refuse() }
            let backend = try database.open(url: server.url(port: proxy.port)) {
                $0.operationTimeout = .seconds(2)
                // Longer than the library waits before it looks for a lost server again.
                $0.connectTimeout = .seconds(1)
                $0.heartbeat = .milliseconds(500)
            }
            try await body(backend, proxy, .real())
        }
    }

    /// How long a call took that has to fail as unavailable.
    private static func failing(_ call: () async throws -> some Any) async -> Duration {
        let start = ContinuousClock.now
        await expectError(.unavailable, when: "the server can't be reached", call)
        return .now - start
    }

    /// Returns once a call succeeds; `limit` bounds the time of a failing test.
    private static func recovers(_ call: () async throws -> Void) async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while true {
            do {
                return try await call()
            } catch let error as MsgError where error.code == .unavailable && ContinuousClock.now < limit {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    @Test(arguments: TestServer.all)
    func anOutageIsLoggedOnceAndItsEndOnce(_ server: TestServer) async throws {
        let lines = Journal<String>()
        let proxy = try Proxy(to: server.port)
        defer { proxy.refuse() }
        proxy.refuse()
        let options = MongoDBOptions(
            url: Secret(server.url(port: proxy.port)), operationTimeout: .seconds(10), connectTimeout: .seconds(1),
            heartbeat: .milliseconds(500))
        let backend = try MongoDBBackend(options: options, logger: LogJournal.logger(lines))
        for _ in 0..<5 { _ = await Self.failing { try await backend.schemaStatus() } }
        #expect(lines.entries.count { $0.contains("MongoDB can't be used") } == 1, "\(lines.entries)")
        try proxy.open()
        for _ in 0..<3 { try await Self.recovers { _ = try await backend.schemaStatus() } }
        #expect(lines.entries.count { $0.contains("MongoDB is back") } == 1, "\(lines.entries)")
        await backend.close()
    }

    @Test(arguments: TestServer.all)
    func aProcessMayStartBeforeItsServer(_ server: TestServer) async throws {
        try await Self.broken(server) { backend, proxy, make in
            proxy.refuse()
            for _ in 0..<3 {
                #expect(await Self.failing { try await backend.users.user(make.id()) } < .seconds(3))
                #expect(await Self.failing { try await backend.probe.probe() } < .seconds(3))
            }
            try proxy.open()
            try await Self.recovers { _ = try await backend.users.user(make.id()) }
            try await backend.probe.probe()
        }
    }

    @Test(arguments: TestServer.all)
    func aServerThatHangsIsUnavailableWithinTheDeadline(_ server: TestServer) async throws {
        try await Self.broken(server) { backend, proxy, make in
            let users = try await backend.addUsers(2, make)
            let group = try await backend.addGroup(users, make)
            proxy.stall()
            let messages = (0..<40).map { make.message("\($0)", by: users[0].id, in: group.id) }
            let durations = await withTaskGroup(of: Duration.self) { tasks in
                for message in messages {
                    tasks.addTask { await Self.failing { try await backend.messages.insert(message) } }
                    tasks.addTask { await Self.failing { try await backend.users.user(message.sender) } }
                    tasks.addTask {
                        await Self.failing { try await backend.messages.messages(in: group.id, .newest, limit: 1) }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(durations.allSatisfy { $0 < .seconds(4) }, "\(durations.max() ?? .zero)")
            proxy.resume()
            try await Self.recovers { _ = try await backend.users.user(users[0].id) }
            // Whether the first tries were stored is not known; made again, each is stored once.
            for message in messages {
                try await Self.recovers {
                    let stored = try await backend.messages.insert(message)
                    #expect(stored.message.id == message.id)
                }
            }
            let page = try await backend.messages.messages(in: group.id, .newest, limit: 200)
            #expect(page.messages.count == messages.count)
            let stored = try await backend.conversations.conversation(group.id)
            #expect(stored?.lastMessage == messages.map(\.id).max())
        }
    }

    @Test(arguments: TestServer.all)
    func writesGoOnAfterConnectionsWereCut(_ server: TestServer) async throws {
        try await Self.broken(server) { backend, proxy, make in
            let users = try await backend.addUsers(2, make)
            let group = try await backend.addGroup(users, make)
            let writers = 8
            let stored = try await withThrowingTaskGroup(of: [Message.ID].self) { tasks in
                for writer in 0..<writers {
                    tasks.addTask {
                        var ids: [Message.ID] = []
                        for number in 0..<50 {
                            let message = make.message(
                                "\(writer).\(number)", by: users[writer % 2].id, in: group.id,
                                clientMessageID: "\(writer).\(number)")
                            // As a client does that had no answer: the same again.
                            try await Self.recovers { _ = try await backend.messages.insert(message) }
                            ids.append(message.id)
                            if number % 10 == 9 { proxy.cut() }
                        }
                        return ids
                    }
                }
                return try await tasks.reduce(into: []) { $0 += $1 }
            }
            var found: [Message] = []
            try await Self.recovers { found = try await Self.all(of: group.id, backend) }
            #expect(found.map(\.id) == stored.sorted(), "each is stored once")
        }
    }

    @Test(arguments: TestServer.all)
    func memoryStaysBoundedWhileNothingIsAnswered(_ server: TestServer) async throws {
        try await Self.broken(server) { backend, proxy, make in
            let users = try await backend.addUsers(1, make)
            proxy.stall()
            let codes = await withTaskGroup(of: ErrorCode?.self) { tasks in
                for _ in 0..<15_000 {
                    tasks.addTask {
                        do {
                            try await backend.users.markSeen([users[0].id], at: make.start)
                            return nil
                        } catch {
                            return (error as? MsgError)?.code
                        }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(codes) == [.serverBusy, .unavailable])
            #expect(codes.count { $0 == .unavailable } <= 10_000 + 6)
        }
    }

    @Test(arguments: TestServer.all)
    func closingEndsWhatWaits(_ server: TestServer) async throws {
        try await Self.broken(server) { backend, proxy, make in
            _ = try await backend.users.user(make.id())
            proxy.stall()
            async let first: Void = expectError(.unavailable, when: "it is closed") {
                try await backend.users.markSeen([make.id()], at: make.start)
            }
            async let second: Void = expectError(.unavailable, when: "it is closed") {
                try await backend.users.user(make.id())
            }
            while backend.database.threads.runningCount < 2 { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            await backend.close()
            await backend.close()
            #expect(ContinuousClock.now - start < .seconds(8))
            _ = await (first, second)
            await expectError(.unavailable, when: "it was closed") { try await backend.users.user(make.id()) }
        }
    }

    private static func all(of conversation: Conversation.ID, _ backend: MongoDBBackend) async throws -> [Message] {
        var page = try await backend.messages.messages(in: conversation, .newest, limit: 200)
        var all = page.messages
        while page.hasOlder, let first = page.messages.first {
            page = try await backend.messages.messages(in: conversation, .before(first.id), limit: 200)
            all = page.messages + all
        }
        return all
    }
}
