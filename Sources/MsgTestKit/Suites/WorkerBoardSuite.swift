import Foundation
import MsgKit
import Testing

/// The rules of ``WorkerBoard``.
public enum WorkerBoardSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("every field of a report is kept", fieldsKept),
        .init("a worker's report takes the place of its earlier one", replaced),
        .init("reports are told from an instant on, by node", since),
        .init("a worker that ended is forgotten, one that is not there is no error", removed),
        .init("another process sees a report at once", seenElsewhere),
    ]

    private static func report(_ node: String, seen second: Int, _ make: Fixtures) -> WorkerReport {
        WorkerReport(
            node: NodeID(rawValue: node), startedAt: make.start, seenAt: make.instant(.seconds(second)), concurrency: 8)
    }

    private static func fieldsKept(_ backend: any RecordsUnderTest) async throws {
        let make = Fixtures()
        let bare = report("a", seen: 1, make)
        var full = report("b", seen: 2, make)
        full.lastSettledAt = make.instant(.milliseconds(1999))
        full.settled = 1_000_000_000_000
        full.inHand = 64
        full.stalledSince = make.instant(.milliseconds(1))
        try await backend.workers.report(full)
        try await backend.workers.report(bare)
        #expect(try await backend.workers.reports(since: make.start) == [bare, full])
    }

    private static func replaced(_ backend: any RecordsUnderTest) async throws {
        let make = Fixtures()
        var report = report("a", seen: 1, make)
        report.stalledSince = make.start
        try await backend.workers.report(report)
        report.seenAt = make.instant(.seconds(11))
        report.stalledSince = nil
        report.settled = 7
        try await backend.workers.report(report)
        #expect(try await backend.workers.reports(since: make.start) == [report])
    }

    private static func since(_ backend: any RecordsUnderTest) async throws {
        let make = Fixtures()
        #expect(try await backend.workers.reports(since: .distantPast) == [])
        let reports = [report("c", seen: 10, make), report("a", seen: 20, make), report("b", seen: 30, make)]
        for report in reports { try await backend.workers.report(report) }
        #expect(
            try await backend.workers.reports(since: make.instant(.seconds(20))) == [reports[1], reports[2]],
            "at the instant or later")
        #expect(try await backend.workers.reports(since: make.instant(.milliseconds(20_001))) == [reports[2]])
        #expect(try await backend.workers.reports(since: .distantPast).map(\.node.rawValue) == ["a", "b", "c"])
    }

    private static func removed(_ backend: any RecordsUnderTest) async throws {
        let make = Fixtures()
        let reports = [report("a", seen: 1, make), report("b", seen: 1, make)]
        for report in reports { try await backend.workers.report(report) }
        for _ in 1...2 { try await backend.workers.remove(reports[0].node) }
        #expect(try await backend.workers.reports(since: make.start) == [reports[1]])
    }

    private static func seenElsewhere(_ backend: any RecordsUnderTest) async throws {
        let make = Fixtures()
        let elsewhere = try await backend.another()
        let report = report("a", seen: 1, make)
        try await backend.workers.report(report)
        #expect(try await elsewhere.workers.reports(since: make.start) == [report])
        try await elsewhere.workers.remove(report.node)
        #expect(try await backend.workers.reports(since: make.start) == [])
    }
}
