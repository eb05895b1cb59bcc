import MsgKit
import Testing

@Suite struct MetricTests {
    @Test(arguments: Metric.allCases)
    func namesFollowTheConventions(metric: Metric) {
        let name = metric.rawValue
        #expect(name.hasPrefix("msgctl_"))
        #expect(name.allSatisfy { $0.isLowercase || $0 == "_" })
        #expect(metric.help.hasSuffix("."))
        if let buckets = metric.buckets {
            #expect(name.hasSuffix("_seconds"))
            #expect(buckets == buckets.sorted() && Set(buckets).count == buckets.count)
            #expect(buckets.allSatisfy { $0 > 0 && $0.isFinite })
        }
    }
}
