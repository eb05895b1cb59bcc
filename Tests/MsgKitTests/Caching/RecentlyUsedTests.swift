import Testing

@testable import MsgKit

struct RecentlyUsedTests {
    @Test func whatIsUsedStays() {
        var kept = RecentlyUsed<Int, String>(maximumCount: 10)
        kept.keep("used", for: 0)
        for number in 1...100 {
            kept.keep("other", for: number)
            #expect(kept.value(0) == "used", "after \(number)")
            #expect(kept.count <= 10)
        }
        #expect(kept.value(1) == nil)
        #expect(kept.value(100) == "other")
        kept.keep("new", for: 0)
        #expect(kept.value(0) == "new")
    }
}
