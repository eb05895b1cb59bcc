import NIOCore
import NIOEmbedded
import Testing

@testable import EngineIO

struct TimeoutQueueTests {
    private final class Target: TimeoutTarget {
        var count = 0
        let entry = TimeoutEntry()
        func timeoutExpired(_ entry: TimeoutEntry) { count += 1 }
    }

    @Test func entriesExpireInTheirOwnTime() {
        let loop = EmbeddedEventLoop()
        let queue = TimeoutQueue(interval: .seconds(10), eventLoop: loop)
        let targets = (0..<3).map { _ in Target() }
        for target in targets {
            queue.append(target.entry, for: target)
            loop.advanceTime(by: .seconds(1))
        }
        targets[1].entry.cancel()
        loop.advanceTime(by: .seconds(7))
        #expect(targets.map(\.count) == [1, 0, 0])
        loop.advanceTime(by: .seconds(2))
        #expect(targets.map(\.count) == [1, 0, 1])
        #expect(targets.allSatisfy { !$0.entry.isWaiting })
    }

    @Test func anEntryCanStartAnew() {
        let loop = EmbeddedEventLoop()
        let queue = TimeoutQueue(interval: .seconds(10), eventLoop: loop)
        let target = Target()
        queue.append(target.entry, for: target)
        loop.advanceTime(by: .seconds(9))
        queue.append(target.entry, for: target)
        loop.advanceTime(by: .seconds(9))
        #expect(target.count == 0)
        loop.advanceTime(by: .seconds(1))
        #expect(target.count == 1)
    }

    @Test func cancellingEveryOrderKeepsTheRest() {
        for removed in 0..<4 {
            let loop = EmbeddedEventLoop()
            let queue = TimeoutQueue(interval: .seconds(1), eventLoop: loop)
            let targets = (0..<4).map { _ in Target() }
            for target in targets { queue.append(target.entry, for: target) }
            targets[removed].entry.cancel()
            targets[removed].entry.cancel()
            loop.advanceTime(by: .seconds(1))
            #expect(targets.enumerated().allSatisfy { $0.element.count == ($0.offset == removed ? 0 : 1) })
        }
    }
}
