import Foundation
import FuzzKit

/// Runs fuzz targets in processes of their own, so that a trap is told with the input that brings it about.
@main
struct FuzzCommand {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            exit(try run(options) ? 0 : 1)
        } catch let wrong as Options.Wrong {
            complain("error: \(wrong)\n\n\(Options.usage)")
            exit(64)
        } catch let interruption as Interruption.Received {
            exit(128 + interruption.signal)
        } catch {
            complain("error: \(error)")
            exit(1)
        }
    }

    /// Whether nothing was found.
    private static func run(_ options: Options) throws -> Bool {
        if options.target == "--list" {
            for target in FuzzTargets.all { print(target.name) }
            return true
        }
        guard options.target != "all" else {
            Interruption.watch()
            return try FuzzTargets.all.allSatisfy { try Supervisor(options, target: $0).run() }
        }
        guard let target = FuzzTargets.named(options.target) else {
            throw Options.Wrong(description: "\(options.target) is not a target; --list lists them")
        }
        if let input = options.input {
            var runner = try target.init()
            try runner.run(try Corpus.bytes(of: input))
            print("\(target.name): \(input.lastPathComponent) breaks no rule")
            return true
        }
        guard let journal = options.journal else {
            Interruption.watch()
            return try Supervisor(options, target: target).run()
        }
        Lifeline.follow()
        let run = FuzzRun(target, corpus: try Corpus(of: target, in: options.corpus), seed: options.seed)
        try run.run(options.first..<(options.first + options.inputs), journal: try Journal(at: journal))
        return true
    }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
