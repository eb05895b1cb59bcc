import Foundation
import FuzzKit

/// Divides a run between processes, watches them, and says which input one of them ended or hung at.
struct Supervisor {
    /// No input takes a thousandth of this.
    private static let patience: TimeInterval = 20

    private let options: Options
    private let target: any FuzzTarget.Type

    init(_ options: Options, target: any FuzzTarget.Type) {
        self.options = options
        self.target = target
    }

    /// Whether nothing was found.
    /// - Throws: ``Interruption/Received``; the workers have ended then.
    func run() throws -> Bool {
        let started = Date()
        print("\(target.name): \(options.inputs) inputs, seed \(options.seed)")
        let share = (options.inputs + options.jobs - 1) / options.jobs
        let parts = stride(from: 0, to: options.inputs, by: max(share, 1)).map {
            (first: options.first + $0, count: min(share, options.inputs - $0))
        }
        let directory = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let workers = try parts.map { try Worker(options, target, first: $0.first, count: $0.count, in: directory) }
        defer { for worker in workers { worker.end() } }
        while workers.contains(where: \.isRunning) {
            Thread.sleep(forTimeInterval: 0.1)
            try Interruption.check()
            for worker in workers {
                if let what = worker.problem(patience: Self.patience) { return try report(worker, what) }
            }
        }
        for worker in workers {
            if let what = worker.problem(patience: Self.patience) { return try report(worker, what) }
        }
        let seconds = Date().timeIntervalSince(started)
        print("\(target.name): nothing found, \(Int(Double(options.inputs) / max(seconds, 0.001))) inputs/s")
        return true
    }

    private func report(_ worker: Worker, _ what: String) throws -> Bool {
        guard let (index, input) = Journal.read(worker.journal) else {
            FuzzCommand.complain("\(target.name), seed \(options.seed): \(what) before its first input")
            return false
        }
        let finding = Finding(target: target.name, seed: options.seed, index: index, input: input, what: what)
        try FileManager.default.createDirectory(at: options.findings, withIntermediateDirectories: true)
        let file = options.findings.appending(path: "\(target.name)-\(options.seed)-\(index).hex")
        try Data(HexText.write(input).utf8).write(to: file)
        FuzzCommand.complain(
            """
            \(finding)
            The input is in \(file.path). It runs alone with
              fuzz \(target.name) --input \(file.path)
              fuzz \(target.name) --seed \(options.seed) --first \(index) --inputs 1
            """)
        return false
    }
}
