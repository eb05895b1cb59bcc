import Foundation
import MsgKit

/// Prints plans in either form, part by part.
struct PlanPrinting {
    let output: OutputFormat

    /// What runs of planning did: one object, or with several pools one for each.
    func print(_ results: [PlanResult], isDryRun: Bool, asList: Bool) throws {
        switch output {
        case .text:
            for result in results { try text(result, isDryRun: isDryRun) }
        case .json:
            var stream = JSONStream()
            if asList { try stream.add("{\"plans\":[") }
            for (number, result) in results.enumerated() {
                if number > 0 { try stream.add(",") }
                try json(result, isDryRun: isDryRun, &stream)
            }
            if asList { try stream.add("]}") }
            try stream.finish()
        }
    }

    func print(_ page: Page<Plan>) throws {
        struct Report: Encodable {
            var plans: [PlanReport]
            var total: Int
        }
        try output.print(
            Report(plans: page.items.map { PlanReport($0) }, total: page.total),
            text: (page.items.map { PlanText.line($0) } + ["\(page.total) in all"]).joined(separator: "\n"))
    }

    func print(_ record: PlanRecord) async throws {
        let pages = { (count: Int) in
            stride(from: 0, to: count, by: PlanRecord.page).map { $0..<min($0 + PlanRecord.page, count) }
        }
        switch output {
        case .text:
            let plan = record.plan
            try Console.print(PlanText.line(plan))
            let zone = plan.settings.flatMap { TimeZone(identifier: $0.timeZone) } ?? .gmt
            for line in PlanText.remarks(plan, in: zone) { try Console.print(line) }
            try Console.print(PlanText.progress(record.progress))
            for numbers in pages(record.pairings) {
                for pairing in try await record.pairings(numbers) { try Console.print(PlanText.line(pairing)) }
            }
            for numbers in pages(record.leftOutCount) {
                for left in try await record.leftOut(numbers) { try Console.print(PlanText.line(left)) }
            }
        case .json:
            var stream = JSONStream()
            try stream.open(PlanReport(record.plan, progress: record.progress))
            try stream.beginArray("pairs")
            for numbers in pages(record.pairings) {
                let pairings = try await record.pairings(numbers)
                try stream.elements(
                    zip(numbers, pairings).lazy.map { PlanPairReport($0, $1) }, isFirst: numbers.lowerBound == 0)
            }
            try stream.endArray()
            try stream.beginArray("left")
            for numbers in pages(record.leftOutCount) {
                try stream.elements(
                    try await record.leftOut(numbers).lazy.map { PlanLeftReport($0) }, isFirst: numbers.lowerBound == 0)
            }
            try stream.endArray()
            try stream.close()
            try stream.finish()
        }
    }

    private func text(_ result: PlanResult, isDryRun: Bool) throws {
        try Console.print(PlanText.headline(result, isDryRun: isDryRun))
        guard let draft = result.draft else { return }
        for line in PlanText.remarks(result.plan, in: draft.timeZone) { try Console.print(line) }
        guard isDryRun else { return }
        for pairing in draft.pairings { try Console.print(PlanText.line(pairing)) }
        for left in draft.leftOut { try Console.print(PlanText.line(left)) }
    }

    private func json(_ result: PlanResult, isDryRun: Bool, _ stream: inout JSONStream) throws {
        try stream.open(PlanReport(result, isDryRun: isDryRun))
        if isDryRun, let draft = result.draft {
            try stream.array(
                "pairs",
                of: draft.pairings.indices.lazy.map { number in
                    PlanPairReport(number, draft.pairings[number], messages: draft.messages(of: number))
                })
            try stream.array("left", of: draft.leftOut.lazy.map { PlanLeftReport($0) })
        }
        try stream.close()
    }
}
