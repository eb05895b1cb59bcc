import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RedisBackend

/// Servers that ask for a password or a certificate, and servers that stop.
@Suite(.enabled(if: RedisServer.executable != nil, "redis-server is not installed"), .timeLimit(.minutes(2)))
struct OwnServerTests {
    private static func with(
        _ server: RedisServer, _ body: (RedisServer) async throws -> Void
    ) async throws {
        defer { server.remove() }
        try await server.start()
        try await body(server)
    }

    private static func options(_ change: (inout RedisOptions) -> Void = { _ in }) -> RedisOptions {
        TestRedis.options { options in
            options.commandTimeout = .seconds(3)
            options.connectTimeout = .seconds(2)
            options.keepAliveInterval = .milliseconds(250)
            options.reconnectDelay = .milliseconds(20)...Duration.milliseconds(200)
            change(&options)
        }
    }

    @Test func passwordsAndDatabases() async throws {
        let server = try await RedisServer { port, _ in
            ["--port", "\(port)", "--requirepass", "p@ss/w:rd", "--user", "anna", "on", ">s%cret", "~*", "&*", "+@all"]
        }
        try await Self.with(server) { server in
            let password = "p%40ss%2Fw%3Ard"
            for userInfo in [":\(password)@", "default:\(password)@", "anna:s%25cret@"] {
                let options = TestRedis.options()
                try await TestRedis.check(
                    url: "redis://\(userInfo)127.0.0.1:\(server.port)/5", options: options
                ) { redis in
                    try await redis.works()
                    _ = try await redis.backend.client.send(RedisCommand("SET", options.keyPrefix + ":probe", userInfo))
                    _ = try await redis.backend.client.send(RedisCommand("SELECT", "0"))
                    let elsewhere = try await redis.backend.client.send(
                        RedisCommand("GET", options.keyPrefix + ":probe"))
                    #expect(elsewhere == .null, "it was in database 5")
                    _ = try await redis.backend.client.send(RedisCommand("SELECT", "5"))
                    try await redis.hears(on: try await redis.bus.commands(), through: redis)
                }
            }
            for userInfo in ["", ":wrong@", "anna:wrong@"] {
                let url = "redis://\(userInfo)127.0.0.1:\(server.port)"
                let redis = try TestRedis(url: url, options: Self.options())
                do {
                    try await redis.ping()
                    Issue.record("it was let in")
                } catch {
                    #expect((error as? MsgError)?.code == .configuration)
                    #expect(!String(reflecting: error).contains("wrong"))
                }
                try await redis.release()
            }
        }
    }

    @Test(.enabled(if: Certificates.executable != nil, "openssl is not installed"))
    func certificates() async throws {
        var certificates: Certificates?
        let server = try await RedisServer { port, directory in
            let made = try Certificates(in: directory, names: "DNS:localhost,IP:127.0.0.1")
            certificates = made
            return [
                "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", made.certificate, "--tls-key-file", made.key,
                "--tls-ca-cert-file", made.authority, "--requirepass", "secret",
            ]
        }
        let made = try #require(certificates)
        try await Self.with(server) { server in
            for host in ["localhost", "127.0.0.1"] {
                let options = TestRedis.options {
                    $0.trustedCertificatesPath = made.authority
                    $0.clientCertificatePath = made.certificate
                    $0.clientKeyPath = made.key
                }
                try await TestRedis.check(url: "rediss://:secret@\(host):\(server.port)", options: options) { redis in
                    try await redis.works()
                    try await redis.hears(on: try await redis.bus.commands(), through: redis)
                }
            }
            // Without the authority's certificate, without one of its own, and without TLS.
            let refused: [(String, (inout RedisOptions) -> Void)] = [
                ("rediss", { _ in }), ("rediss", { $0.trustedCertificatesPath = made.authority }), ("redis", { _ in }),
            ]
            for (scheme, change) in refused {
                let url = "\(scheme)://:secret@localhost:\(server.port)"
                let redis = try TestRedis(url: url, options: Self.options(change))
                _ = await timeToFail(.configuration) { try await redis.ping() }
                try await redis.release()
            }
        }
    }

    @Test(.enabled(if: Certificates.executable != nil, "openssl is not installed"))
    func aCertificateOfAnotherHostIsRefused() async throws {
        var certificates: Certificates?
        let server = try await RedisServer { port, directory in
            let made = try Certificates(in: directory, names: "DNS:elsewhere.example")
            certificates = made
            return [
                "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", made.certificate, "--tls-key-file", made.key,
                "--tls-auth-clients", "no", "--tls-ca-cert-file", made.authority,
            ]
        }
        let made = try #require(certificates)
        try await Self.with(server) { server in
            for host in ["localhost", "127.0.0.1"] {
                let options = Self.options { $0.trustedCertificatesPath = made.authority }
                let redis = try TestRedis(url: "rediss://\(host):\(server.port)", options: options)
                _ = await timeToFail(.configuration) { try await redis.ping() }
                try await redis.release()
            }
        }
    }

    @Test func aPausedServerFailsCallsInTime() async throws {
        try await Self.with(try await RedisServer()) { server in
            let redis = try TestRedis(url: "redis://127.0.0.1:\(server.port)", options: Self.options())
            let stream = try await redis.bus.commands()
            try await redis.works()
            server.pause()
            for _ in 0..<3 {
                #expect(await timeToFail(.unavailable) { try await redis.ping() } < .seconds(8))
            }
            server.resume()
            try await wait(for: "it is back") { try await redis.isThere() }
            try await redis.works()
            try await redis.hears(on: stream, through: redis)
            try await redis.release()
        }
    }

    @Test func aServerThatWasKilledAndForgotEverything() async throws {
        try await Self.with(try await RedisServer()) { server in
            let redis = try TestRedis(url: "redis://127.0.0.1:\(server.port)", options: Self.options())
            let make = Fixtures(start: SystemClock().now)
            let (node, user) = (NodeID.random(), make.id(User.self))
            let expiry = make.instant(.seconds(60))
            let stream = try await redis.bus.commands()
            _ = try await redis.presence.renew(node, at: make.start, until: expiry)
            _ = try await redis.presence.connected(user, on: node, at: make.start)
            let lease = try #require(
                try await redis.leases.acquire("work", holder: node, at: make.start, until: expiry))
            server.kill()
            #expect(await timeToFail(.unavailable) { try await redis.ping() } < .seconds(8))
            try await server.start()
            try await wait(for: "it is back") { try await redis.isThere() }
            #expect(try await !redis.presence.renew(node, at: make.instant(.seconds(10)), until: expiry))
            #expect(try await redis.presence.online(limit: 10, at: make.instant(.seconds(10))).total == 0)
            #expect(try await redis.leases.renew(lease, at: make.instant(.seconds(10)), until: expiry) == nil)
            let next = try await redis.leases.acquire(
                "work", holder: .random(), at: make.instant(.seconds(10)), until: expiry)
            #expect(try #require(next).fencingToken > lease.fencingToken, "it is no older than before")
            try await redis.hears(on: stream, through: redis)
            try await redis.release()
        }
    }

    @Test func aPrimaryThatBecameAReplicaIsLeft() async throws {
        try await Self.with(try await RedisServer()) { server in
            let redis = try TestRedis(url: "redis://127.0.0.1:\(server.port)", options: Self.options())
            let other = try TestRedis(url: "redis://127.0.0.1:\(server.port)", options: Self.options())
            try await redis.works()
            let first = try await redis.backend.client.send(RedisCommand("CLIENT", "ID")).integer
            _ = try await other.backend.client.send(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
            _ = await timeToFail(.unavailable) {
                try await redis.presence.renew(.random(), at: Date(), until: Date())
            }
            var now: Int64?
            try await wait(for: "another connection") {
                now = try? await redis.backend.client.send(RedisCommand("CLIENT", "ID")).integer
                return now != nil && now != first
            }
            _ = try await other.backend.client.send(RedisCommand("REPLICAOF", "NO", "ONE"))
            try await wait(for: "it is back") { try await redis.takesWrites() }
            try await redis.works()
            try await other.release()
            try await redis.release()
        }
    }

    @Test func aReplicaIsTroubleUntilItTakesWritesAgain() async throws {
        try await Self.with(try await RedisServer()) { server in
            let log = Journal<String>()
            let url = "redis://127.0.0.1:\(server.port)"
            let redis = try TestRedis(url: url, options: Self.options(), logger: LogJournal.logger(log))
            let other = try TestRedis(url: url, options: Self.options())
            try await redis.works()
            #expect(try await redis.takesWrites())
            _ = try await other.backend.client.send(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
            #expect(try await !redis.takesWrites())
            var connections: Set<Int64> = []
            try await wait(for: "some connections") {
                // What only reads is answered; it must not count as being back.
                let id = try? await redis.backend.client.send(RedisCommand("CLIENT", "ID")).integer
                if let id { connections.insert(id) }
                _ = try await redis.takesWrites()
                return connections.count > 4
            }
            #expect(log.entries.count { $0.contains("can't be used") } == 1, "\(log.entries)")
            #expect(!log.entries.contains { $0.contains("is back") })
            _ = try await other.backend.client.send(RedisCommand("REPLICAOF", "NO", "ONE"))
            try await wait(for: "it is back") { try await redis.takesWrites() }
            try await wait(for: "that is told") { log.entries.contains { $0.contains("Redis is back") } }
            #expect(log.entries.count { $0.contains("can't be used") } == 1, "\(log.entries)")
            try await other.release()
            try await redis.release()
        }
    }

    @Test func aServerWithoutMemoryIsNotHealthy() async throws {
        let server = try await RedisServer { port, _ in ["--port", "\(port)", "--maxmemory-policy", "noeviction"] }
        try await Self.with(server) { server in
            let redis = try TestRedis(url: "redis://127.0.0.1:\(server.port)", options: Self.options())
            try await redis.backend.probe.probe()
            _ = try await redis.backend.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            _ = await timeToFail(.unavailable) { try await redis.backend.probe.probe() }
            _ = try await redis.backend.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            try await redis.backend.probe.probe()
            try await redis.release()
        }
    }
}
