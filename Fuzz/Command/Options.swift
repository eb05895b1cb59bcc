import Foundation

/// What was typed behind `fuzz`.
struct Options {
    static let usage = """
        fuzz TARGET|all [--inputs N] [--seed S] [--first I] [--jobs N] [--corpus DIR] [--findings DIR]
        fuzz TARGET --input FILE
        fuzz --list

          --inputs N      how many inputs for each target (1,000,000)
          --seed S        of the whole run; printed when it is left to chance
          --first I       number of the first input; with --inputs 1 it runs that one alone
          --jobs N        processes at a time (as many as there are cores)
          --corpus DIR    known inputs, a folder for each target (Fuzz/Corpus)
          --findings DIR  where the input of a finding is written (.build/fuzz-findings)
          --input FILE    runs one file in a form of the corpus
        """

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    var target = ""
    var inputs = 1_000_000
    var seed = UInt64.random(in: 0...0xffff_ffff)
    var first = 0
    var jobs = ProcessInfo.processInfo.activeProcessorCount
    var corpus = URL(filePath: "Fuzz/Corpus")
    var findings = URL(filePath: ".build/fuzz-findings")
    var input: URL?
    /// Set in the processes that do the work: where they keep their journal.
    var journal: URL?

    init(_ arguments: [String]) throws(Wrong) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                guard target.isEmpty else { throw Wrong(description: "one target, not \(target) and \(word)") }
                target = word
                continue
            }
            if word == "--list" {
                target = word
                continue
            }
            guard let value = rest.popFirst() else { throw Wrong(description: "\(word) needs a value") }
            switch word {
            case "--inputs": inputs = try Self.number(word, value)
            case "--seed": seed = UInt64(try Self.number(word, value))
            case "--first": first = try Self.number(word, value)
            case "--jobs": jobs = max(1, try Self.number(word, value))
            case "--corpus": corpus = URL(filePath: value)
            case "--findings": findings = URL(filePath: value)
            case "--input": input = URL(filePath: value)
            case "--journal": journal = URL(filePath: value)
            default: throw Wrong(description: "\(word) is not an option")
            }
        }
        guard !target.isEmpty else { throw Wrong(description: "which target?") }
    }

    private static func number(_ word: String, _ value: String) throws(Wrong) -> Int {
        guard let number = Int(value), number >= 0 else {
            throw Wrong(description: "\(word) needs a number, not \(value)")
        }
        return number
    }
}
