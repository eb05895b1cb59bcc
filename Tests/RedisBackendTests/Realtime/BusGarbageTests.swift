import Foundation
import Logging
import MsgKit
import MsgTestKit
import Testing

@testable import RedisBackend

/// What others publish on the channels without being able to speak the protocol.
@Suite(
    .enabled(if: EngineURL.redis != nil, "MSGCTL_TEST_REDIS_URL names no server; start one with scripts/services"),
    .timeLimit(.minutes(2)))
struct BusGarbageTests {
    private static let garbage: [[UInt8]] = (0..<300).flatMap { number -> [[UInt8]] in
        [Array("garbage \(number)".utf8), [0xc1, UInt8(number % 250)], Array("{\"type\":".utf8)]
    }

    /// Has a bus listen to garbage on both channels and then to an event, which comes behind it; returns what was logged.
    private static func logged(_ change: (inout RedisOptions) -> Void) async throws -> Journal<String> {
        let log = Journal<String>()
        let options = TestRedis.options(change)
        let redis = try TestRedis(url: try #require(EngineURL.redis), options: options, logger: LogJournal.logger(log))
        let outside = try await TestRedis.outside(options)
        let stream = try await redis.bus.commands()
        let channels = BusChannels(key: options.busKey)
        for payload in garbage {
            for channel in [channels.request, channels.broadcast(to: ["room"])] {
                var publish = RedisCommand("PUBLISH", channel)
                publish.append(payload)
                _ = try await outside.backend.client.send(publish)
            }
        }
        try await redis.hears(on: stream)
        try await outside.release()
        try await redis.release()
        return log
    }

    @Test("garbage is warned of once in a period, in words, and what comes behind it is heard")
    func onceAPeriod() async throws {
        let log = try await Self.logged { $0.warningPeriod = .seconds(3600) }
        let warnings = log.entries.filter { $0.contains("not readable") }
        #expect(warnings.count == 1, "\(warnings.prefix(5))")
        #expect(!warnings.contains { $0.contains("MessagePackError") || $0.contains("DecodingError") }, "\(warnings)")
    }

    @Test("at the end of a period the number of the others is told")
    func counted() async throws {
        let log = Journal<String>()
        let warning = RepeatedWarning("it happened", period: .milliseconds(1), logger: LogJournal.logger(log))
        // Until one falls into a period that another one began.
        while log.entries.allSatisfy({ !$0.contains("times=") }) {
            for _ in 0..<10 { warning.warn(["number": "1"]) }
            await Task.yield()
        }
        #expect(log.entries.first == "warning: it happened number=1")
        let counted = try await log.wait { $0.contains { $0.contains("times=") } }
        #expect(counted.contains { $0.hasPrefix("warning: it happened times=") && $0.contains("within=") })
    }
}
