import Logging
import MsgTestKit
import Synchronization
import Testing

@testable import MsgKit

struct OutageLogTests {
    private let lines = Journal<String>()
    private let clock = Clock()
    private let log: OutageLog

    /// The time of the tests.
    private final class Clock: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func advance(by duration: Duration) { instant.withLock { $0 += duration } }
    }

    init() {
        log = OutageLog(
            failing: "it fails", working: "it works", logger: LogJournal.logger(lines), now: { [clock] in clock.now })
    }

    private func error(_ text: String) -> MsgError { MsgError(.unavailable, text) }

    @Test func aCauseIsToldOnceAndThenEverySoOftenWithItsCount() {
        for _ in 0..<100 { log.failed(error("Refused.")) }
        #expect(lines.entries == ["warning: it fails error=unavailable: Refused."])
        clock.advance(by: OutageLog.reminder)
        for _ in 0..<100 { log.failed(error("Refused.")) }
        #expect(lines.entries.dropFirst() == ["warning: it fails error=unavailable: Refused. times=100"])
    }

    @Test func causesAreToldApartButNotForTheirNumbers() {
        for number in 0..<10 {
            log.failed(error("Refused after \(number) ms."))
            log.failed(error("Silent."))
        }
        #expect(lines.entries.count == 2)
    }

    @Test func moreCausesThanAreKnownApartCountAsOne() {
        for number in 0..<1000 { log.failed(error(String(repeating: "x", count: number + 1))) }
        #expect(lines.entries.count == 17)
    }

    @Test func itsEndIsToldOnceAndNothingWhereNothingWasWrong() {
        log.worked()
        #expect(lines.entries == [])
        log.failed(error("Refused."))
        for _ in 0..<3 { log.worked() }
        #expect(lines.entries.dropFirst() == ["notice: it works"])
    }

    @Test func whatBeganBeforeItWorkedAgainIsNoNewOutage() {
        let begin = clock.now
        log.failed(error("Refused."), begunAt: begin)
        clock.advance(by: .seconds(60))
        log.worked()
        log.failed(error("Refused."), begunAt: begin)
        #expect(lines.entries.count == 2)
        log.failed(error("Refused."), begunAt: clock.now)
        #expect(lines.entries.count == 3)
    }

    @Test func oneThatComesAndGoesDoesNotFloodTheLog() {
        for _ in 0..<1000 {
            log.failed(error("Refused."))
            log.worked()
        }
        #expect(lines.entries.count == 2)
        clock.advance(by: OutageLog.recurrence)
        log.failed(error("Refused."))
        #expect(lines.entries.last == "warning: it fails error=unavailable: Refused. times=1000")
    }

    @Test func whatAnEngineHasToldIsForThoseWhoLookForDetails() {
        var told = error("Refused.")
        told.isTold = true
        LogJournal.logger(lines).retrying("cleaning failed", after: told, level: .error)
        LogJournal.logger(lines).retrying("cleaning failed", after: error("Refused."), level: .error)
        #expect(lines.entries.map { $0.prefix { $0 != ":" } } == ["debug", "error"])
    }
}
