import ArgumentParser
import MsgKit

/// What a verb that changes something works on: dead letters by conditions, or all; and whether it only tells.
struct DeadLetterTarget: ParsableArguments {
    /// Letters that a dry run shows.
    private static let shown = 100

    @OptionGroup var selection: DeadLetterSelection

    @Flag(help: "All that there are.")
    var all = false

    @Flag(help: "Only tell which, the oldest \(Self.shown), and how many.")
    var dryRun = false

    func validate() throws {
        guard all == (selection.filter == .everything) else {
            throw ValidationError("Say which dead letters are meant, by ids or conditions; or say --all.")
        }
    }

    /// Prints what would happen to the letters of a filter.
    func tell(
        _ verb: Verb, matching filter: DeadLetterFilter, of service: DeadLetterService, as output: OutputFormat
    ) async throws {
        let page = try await service.list(matching: filter, page: PageRequest(limit: Self.shown))
        let reports = page.items.map { DeadLetterReport(letter: $0) }
        var lines = reports.map(\.line)
        if page.total > reports.count { lines.append("and \(page.total - reports.count) more") }
        try output.print(
            Preview(verb: verb, total: page.total, deadLetters: reports),
            text: (lines + ["would be \(verb.done): \(page.total)"]).joined(separator: "\n"))
    }

    enum Verb {
        case replay, purge

        var done: String { self == .replay ? "replayed" : "purged" }
    }

    private struct Preview: Encodable {
        private enum CodingKeys: String, CodingKey {
            case wouldReplay, wouldPurge, deadLetters
        }

        let verb: Verb
        let total: Int
        let deadLetters: [DeadLetterReport]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(total, forKey: verb == .replay ? .wouldReplay : .wouldPurge)
            try container.encode(deadLetters, forKey: .deadLetters)
        }
    }
}
