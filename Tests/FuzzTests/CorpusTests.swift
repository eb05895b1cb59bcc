import Foundation
import FuzzKit
import Testing

/// What once was interesting stays tried.
struct CorpusTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz/Corpus")
        .standardizedFileURL

    @Test(arguments: FuzzTargets.all.map { $0.name })
    func entriesBreakNoRule(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        var runner = try target.init()
        for entry in try Corpus(of: target, in: Self.directory).entries {
            do { try runner.run(entry.bytes) } catch { Issue.record("\(entry.name): \(error)") }
        }
    }

    @Test(arguments: FuzzTargets.all.map { $0.name })
    func cutEntriesBreakNoRule(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        var runner = try target.init()
        for entry in try Corpus(of: target, in: Self.directory).entries {
            let step = max(1, entry.bytes.count / 64)
            for length in stride(from: 0, to: entry.bytes.count, by: step) {
                do {
                    try runner.run(Array(entry.bytes[..<length]))
                } catch {
                    Issue.record("\(entry.name), cut to \(length): \(error)")
                }
            }
        }
    }
}
