import Foundation
import FuzzKit

/// A process that runs a part of the inputs.
final class Worker {
    let journal: URL
    private let process = Process()
    private let lifeline = Pipe()
    private var lastIndex: Int?
    private var lastProgress = Date()

    init(_ options: Options, _ target: any FuzzTarget.Type, first: Int, count: Int, in directory: URL) throws {
        journal = directory.appending(path: "journal-\(first)")
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        if !FileManager.default.fileExists(atPath: "/proc/self/exe") {
            process.executableURL = URL(filePath: CommandLine.arguments[0])
        }
        process.arguments = [
            target.name, "--first", "\(first)", "--inputs", "\(count)", "--seed", "\(options.seed)", "--corpus",
            options.corpus.path, "--journal", journal.path,
        ]
        process.standardInput = lifeline
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// What went wrong; nil while nothing has.
    func problem(patience: TimeInterval) -> String? {
        guard process.isRunning else {
            switch (process.terminationReason, process.terminationStatus) {
            case (.exit, 0): return nil
            case (.uncaughtSignal, let signal): return "the process was ended by signal \(signal)"
            case (_, let status): return "a rule was broken, see above (exit \(status))"
            }
        }
        let index = Journal.read(journal)?.index
        if index != lastIndex {
            lastIndex = index
            lastProgress = Date()
        }
        return Date().timeIntervalSince(lastProgress) > patience ? "no end within \(Int(patience)) s" : nil
    }

    func end() {
        guard process.isRunning else { return }
        // It has nothing to tidy up, and may hang.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
