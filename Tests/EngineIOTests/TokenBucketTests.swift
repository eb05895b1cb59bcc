import NIOCore
import Testing

@testable import EngineIO

struct TokenBucketTests {
    @Test func tokensComeBackWithTime() {
        var bucket = TokenBucket(rate: 10, burst: 2)
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        func taken(after milliseconds: Int64, tries: Int) -> [Bool] {
            (0..<tries).map { _ in bucket.take(at: start + .milliseconds(milliseconds)) }
        }
        #expect(bucket.wait(at: start) == nil)
        #expect(taken(after: 0, tries: 3) == [true, true, false])
        #expect(bucket.wait(at: start) == .milliseconds(100))
        #expect(taken(after: 99, tries: 1) == [false])
        #expect(taken(after: 100, tries: 2) == [true, false])
        #expect(taken(after: 3_600_000, tries: 3) == [true, true, false])
    }

    @Test(arguments: [(0, 0), (-1, -1), (Int.max, Int.max), (1, Int.max), (Int.max, 1)])
    func anyNumbersMakeABucket(rate: Int, burst: Int) {
        var bucket = TokenBucket(rate: rate, burst: burst)
        let hasToken = bucket.take(at: .uptimeNanoseconds(1))
        #expect(hasToken)
    }

    @Test func whatIsOwedIsWaitedFor() {
        var bucket = TokenBucket(rate: 10, burst: 2)
        let start = NIODeadline.uptimeNanoseconds(5_000_000_000)
        for _ in 1...5 { bucket.owe(at: start) }
        #expect(bucket.wait(at: start) == .milliseconds(400))
        #expect(bucket.wait(at: start + .milliseconds(399)) == .milliseconds(1))
        #expect(bucket.wait(at: start + .milliseconds(400)) == nil)
    }
}
