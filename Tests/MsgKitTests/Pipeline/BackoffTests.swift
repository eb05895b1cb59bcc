import Testing

@testable import MsgKit

struct BackoffTests {
    @Test func pausesDoubleUpToTheLongest() {
        var backoff = Backoff(from: .milliseconds(500), to: .seconds(3))
        #expect(
            (0..<5).map { _ in backoff.next() } == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(3), .seconds(3),
            ])
    }

    @Test func successMakesThemShortAgain() {
        var backoff = Backoff(from: .seconds(1), to: .seconds(8))
        _ = backoff.next()
        _ = backoff.next()
        backoff.reset()
        #expect(backoff.next() == .seconds(1))
    }

    @Test func theyNeverOverflow() {
        var backoff = Backoff()
        for _ in 0..<10_000 { #expect(backoff.next() <= .seconds(30)) }
    }
}
