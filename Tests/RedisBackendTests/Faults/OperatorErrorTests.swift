import Foundation
import MsgKit
import MsgTestKit
import NIOCore
import NIOPosix
import Testing

@testable import RedisBackend

/// What the operator is told when the server can't be used: which setting, which host, the cause in plain words.
@Suite(.enabled(if: RedisServer.executable != nil, "redis-server is not installed"), .timeLimit(.minutes(2)))
struct OperatorErrorTests {
    private static var options: RedisOptions {
        TestRedis.options { options in
            options.commandTimeout = .seconds(10)
            options.connectTimeout = .seconds(10)
        }
    }

    /// The error of a call, and what was logged meanwhile.
    private static func failure(
        at url: String, of call: (TestRedis) async throws -> Void = { try await $0.ping() }
    ) async throws -> (error: MsgError, log: [String]) {
        let log = Journal<String>()
        let redis = try TestRedis(url: url, options: options, logger: LogJournal.logger(log))
        let error = await #expect(throws: MsgError.self) { try await call(redis) }
        // One that comes while no try is under way is answered from the last.
        await #expect(throws: MsgError.self) { try await call(redis) }
        try await redis.release()
        return (try #require(error), log.entries)
    }

    private static func expectPlain(_ texts: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        for text in texts {
            for word in ["RedisFailure", "NIO", "Error(", "errno", "s3cret", "wr0ng"] {
                #expect(!text.contains(word), "\(word) in \(text)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test("a wrong password, user or database is a matter of the configuration, told with key, host and cause")
    func logIn() async throws {
        let server = try await RedisServer { port, _ in
            [
                "--port", "\(port)", "--requirepass", "s3cret", "--user", "reader", "on", ">s3cret", "~*", "&*",
                "+@all", "-ping",
            ]
        }
        defer { server.remove() }
        try await server.start()
        let cases = [
            ("", "wants a password"), (":wr0ng@", "refuses the user name or the password"),
            ("nobody:wr0ng@", "refuses the user name or the password"), ("reader:s3cret@", "does not permit"),
        ]
        for (login, cause) in cases {
            let (error, log) = try await Self.failure(at: "redis://\(login)127.0.0.1:\(server.port)")
            #expect(error.code == .configuration, "\(error.operatorMessage)")
            for part in ["cache.redis_url", "127.0.0.1:\(server.port)", cause] {
                #expect(error.operatorMessage.contains(part), "\(error.operatorMessage)")
            }
            #expect(!error.message.contains("127.0.0.1"), "a client learns of no host")
            #expect(log.contains { $0.hasPrefix("error:") && $0.contains(cause) }, "\(log)")
            Self.expectPlain([error.operatorMessage, error.message, String(reflecting: error)] + log)
        }
        let url = "redis://:s3cret@127.0.0.1:\(server.port)/4000"
        let (error, log) = try await Self.failure(at: url)
        #expect(error.code == .configuration)
        #expect(error.operatorMessage.contains("no database of that number"), "\(error.operatorMessage)")
        Self.expectPlain([error.operatorMessage] + log)
    }

    @Test("a server that does not know a command has its arguments, the password, kept out of errors and logs")
    func unknownCommand() async throws {
        let server = try await RedisServer { port, _ in ["--port", "\(port)", "--rename-command", "AUTH", ""] }
        defer { server.remove() }
        try await server.start()
        for login in [":s3cret@", "reader:s3cret@"] {
            let (error, log) = try await Self.failure(at: "redis://\(login)127.0.0.1:\(server.port)")
            #expect(error.operatorMessage.contains("unknown command"), "\(error.operatorMessage)")
            #expect(!log.isEmpty)
            Self.expectPlain([error.operatorMessage, error.message, String(reflecting: error)] + log)
            guard case .refused(let text)? = error.cause as? RedisFailure else {
                Issue.record("\(String(reflecting: error.cause))")
                continue
            }
            #expect(!text.contains("s3cret"), "not even where nobody looks")
        }
    }

    @Test(
        "what a command is refused with in a script counts as if it had come by itself",
        arguments: [
            "",
            "ERR Error running script (call to f_2fa2b029f72572e803ff55a09b1282699aecae6a): @user_script:50: @user_script: 50: -",
        ])
    func withinAScript(wrapping: String) {
        let cases: [(String, Bool)] = [
            ("READONLY You can't write against a read only replica.", true),
            ("OOM command not allowed when used memory > 'maxmemory'.", false),
            ("MISCONF Errors writing to the AOF file: No space left on device - stop", false),
        ]
        for (text, isReadOnly) in cases {
            let refusal = RedisRefusal(wrapping + text)
            #expect(refusal.kind == .passing, "\(refusal)")
            #expect(refusal.isReadOnly == isReadOnly)
            #expect(refusal.description.hasSuffix(text))
        }
    }

    @Test("a password that the server has not, and a user who may not run the scripts")
    func permissions() async throws {
        let server = try await RedisServer { port, _ in
            ["--port", "\(port)", "--user", "half", "on", ">s3cret", "~*", "&*", "+@all", "-hset", "-set", "-zadd"]
        }
        defer { server.remove() }
        try await server.start()
        let unneeded = try await Self.failure(at: "redis://:wr0ng@127.0.0.1:\(server.port)").error
        #expect(unneeded.code == .configuration)
        #expect(unneeded.operatorMessage.contains("has no password"), "\(unneeded.operatorMessage)")
        let script = try await Self.failure(at: "redis://half:s3cret@127.0.0.1:\(server.port)") { redis in
            _ = try await redis.presence.renew(.random(), at: Date(), until: Date().addingTimeInterval(60))
        }.error
        #expect(script.code == .configuration, "\(script.operatorMessage)")
        #expect(script.operatorMessage.contains("does not permit"), "\(script.operatorMessage)")
    }

    @Test("TLS on one side only, and a certificate that nobody trusts")
    func tls() async throws {
        try #require(Certificates.executable != nil, "openssl is not installed")
        let secured = try await RedisServer { port, directory in
            let made = try Certificates(in: directory, names: "DNS:localhost")
            return [
                "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", made.certificate, "--tls-key-file", made.key,
                "--tls-auth-clients", "no", "--tls-ca-cert-file", made.authority,
            ]
        }
        defer { secured.remove() }
        try await secured.start()
        let plain = try await RedisServer()
        defer { plain.remove() }
        try await plain.start()
        let cases = [
            ("redis://localhost:\(secured.port)", "speaks TLS; write rediss://"),
            ("rediss://localhost:\(plain.port)", "does not speak TLS; write redis://"),
            ("rediss://localhost:\(secured.port)", "no authority that this machine trusts"),
        ]
        for (url, cause) in cases {
            let (error, log) = try await Self.failure(at: url)
            #expect(error.code == .configuration, "\(error.operatorMessage)")
            #expect(error.operatorMessage.contains(cause), "\(error.operatorMessage)")
            Self.expectPlain([error.operatorMessage] + log)
        }
    }

    @Test("a server that is away is told with host and cause, once in the log, and stays 'try again'")
    func away() async throws {
        let server = try await RedisServer()
        server.remove()
        let cases = [
            ("127.0.0.1:\(server.port)", "connection refused"), ("no-such-host.invalid:6379", "is not known"),
        ]
        for (host, cause) in cases {
            let (error, log) = try await Self.failure(at: "redis://:s3cret@\(host)")
            #expect(error.code == .unavailable)
            for part in ["cache.redis_url", host, cause] {
                #expect(error.operatorMessage.contains(part), "\(error.operatorMessage)")
            }
            #expect(log.count == 1, "\(log)")
            Self.expectPlain([error.operatorMessage, String(reflecting: error)] + log)
        }
    }

    @Test("what is no Redis at all is told so")
    func foreign() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"), promise: nil)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let error = try await Self.failure(at: "redis://127.0.0.1:\(port)").error
        #expect(error.code == .configuration, "\(error.operatorMessage)")
        #expect(
            error.operatorMessage.contains("is no Redis: what answers there is a web server"),
            "\(error.operatorMessage)")
        try await listener.close()
    }
}
