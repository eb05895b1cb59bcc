import Foundation
import Testing

@testable import MsgKit

struct RetryLadderTests {
    private let delays: [Duration] = [.seconds(5), .seconds(30), .seconds(300)]

    @Test func withoutJitterThePausesAreTheSteps() {
        let ladder = RetryLadder(delays: delays, jitter: 0)
        var generator = SeededGenerator(seed: 1)
        #expect((0..<4).map { ladder.pause(after: $0, using: &generator) } == delays + [nil])
        #expect(ladder.pause(after: -1, using: &generator) == .seconds(5))
        #expect(ladder.pause(after: 99, isEndless: true, using: &generator) == .seconds(300))
        #expect(RetryLadder(delays: [], jitter: 0).pause(after: 0, isEndless: true, using: &generator) == nil)
    }

    @Test func aFixedGeneratorGivesFixedPauses() {
        let ladder = RetryLadder(delays: delays, jitter: 0.2)
        struct Fixed: RandomNumberGenerator {
            var numbers: [UInt64]
            mutating func next() -> UInt64 { numbers.removeFirst() }
        }
        var generator = Fixed(numbers: [0, 1 << 63, .max, 1 << 62])
        let pauses = (0..<3).compactMap { ladder.pause(after: $0, using: &generator)?.seconds }
        #expect(pauses[0] == 5)
        #expect(abs(pauses[1] - 27) < 1e-9)
        #expect(abs(pauses[2] - 240) < 1e-6)
        #expect(abs((ladder.pause(after: 0, using: &generator)?.seconds ?? 0) - 4.75) < 1e-9)
    }

    @Test func noPauseIsLongerThanItsStepOrShorterThanTheJitterAllows() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for percent in 0...100 {
            let ladder = RetryLadder(
                delays: delays + [.milliseconds(10), .seconds(86_400)], jitter: Double(percent) / 100)
            for _ in 0..<50 {
                for (number, step) in ladder.delays.enumerated() {
                    guard let pause = ladder.pause(after: number, using: &generator) else {
                        Issue.record("step \(number) has no pause, seed \(seed)")
                        continue
                    }
                    #expect(pause <= step && pause >= .zero, "seed \(seed)")
                    #expect(pause.seconds >= step.seconds * (1 - ladder.jitter) - 1e-6, "seed \(seed)")
                }
            }
        }
        // What is no share of a step counts as the nearest.
        #expect(
            RetryLadder(delays: delays, jitter: 7).jitter == 1 && RetryLadder(delays: delays, jitter: -1).jitter == 0)
    }
}
