import Foundation
import MsgTestKit
import Testing

@testable import MsgKit

struct WorkerProgressTests {
    @Test func onlyWorkThatIsNotDoneCounts() {
        let clock = FakeClock()
        let progress = WorkerProgress(clock: clock)
        func stalledSince() -> Date? {
            progress.report(of: NodeID(rawValue: "a"), concurrency: 1, patience: .seconds(10)).stalledSince
        }
        progress.took(0)
        clock.advance(by: .seconds(60))
        #expect(stalledSince() == nil, "idle")
        let failing = clock.now
        progress.failedToTake()
        clock.advance(by: .seconds(5))
        progress.failedToTake()
        clock.advance(by: .seconds(5))
        #expect(stalledSince() == failing)
        progress.took(0)
        #expect(stalledSince() == nil, "the queue answers, and has nothing")
        progress.took(2)
        clock.advance(by: .seconds(9))
        progress.settled()
        let settled = clock.now
        clock.advance(by: .seconds(9))
        progress.took(1)
        #expect(stalledSince() == nil)
        clock.advance(by: .seconds(1))
        #expect(stalledSince() == settled, "to get more is not to get something done")
        progress.settled()
        progress.letGo(1)
        progress.took(0)
        clock.advance(by: .seconds(60))
        #expect(stalledSince() == nil)
    }
}
