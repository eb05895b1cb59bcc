import Foundation
import FuzzKit
import Testing

/// A fixed number of mutated inputs for each target; scripts/fuzz runs more.
///
/// `FUZZ_SEED` runs one seed again, `FUZZ_INPUTS` another number of inputs.
@Suite(.serialized)
struct MutationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let inputs = environment["FUZZ_INPUTS"].flatMap { Int($0) }
    private static let seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...0xffff_ffff)

    @Test(arguments: FuzzTargets.all.map { $0.name })
    func mutatedInputsBreakNoRule(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        let file = FileManager.default.temporaryDirectory.appending(path: "fuzz-journal-\(name)-\(Self.seed)")
        // After a trap this line, and the file that it names, say what the input was.
        print("seed of \(name): \(Self.seed), input under way in \(file.path)")
        let run = FuzzRun(target, corpus: try Corpus(of: target, in: CorpusTests.directory), seed: Self.seed)
        try run.run(0..<(Self.inputs ?? target.inputsOfATest), journal: try Journal(at: file))
        try FileManager.default.removeItem(at: file)
    }

    @Test func anInputFollowsFromSeedAndNumber() throws {
        let target = try #require(FuzzTargets.named("websocket"))
        let corpus = try Corpus(of: target, in: CorpusTests.directory)
        let run = FuzzRun(target, corpus: corpus, seed: 7)
        let inputs = (0..<100).map(run.input)
        #expect(inputs == (0..<100).map(FuzzRun(target, corpus: corpus, seed: 7).input))
        #expect(inputs != (0..<100).map(FuzzRun(target, corpus: corpus, seed: 8).input))
    }

    @Test func aFindingTellsItsInputAndTheJournalKeepsIt() throws {
        let corpus = try Corpus(of: PacketsAreShort.self, in: CorpusTests.directory)
        let file = FileManager.default.temporaryDirectory.appending(path: "fuzz-journal-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let run = FuzzRun(PacketsAreShort.self, corpus: corpus, seed: 1)
        let finding = try #require(throws: Finding.self) {
            try run.run(0..<1_000, journal: try Journal(at: file))
        }
        #expect(finding.input.count > 8 && finding.input == run.input(finding.index))
        let journal = try #require(Journal.read(file))
        #expect(journal.index == finding.index && journal.input == finding.input)
        #expect(HexText.parse(HexText.write(finding.input)) == finding.input)
    }

    /// A target with a rule that does not hold.
    private struct PacketsAreShort: FuzzTarget {
        struct TooLong: Error {}

        static let name = "engineio-packet"
        static let grammar = Grammar(tokens: ["4"])

        func run(_ input: [UInt8]) throws {
            if input.count > 8 { throw TooLong() }
        }
    }
}
