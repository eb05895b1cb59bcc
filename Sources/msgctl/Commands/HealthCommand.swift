import ArgumentParser
import Foundation
import Logging
import MsgKit

/// `health`: asks every engine.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask every engine that the configuration selects whether it answers.",
        discussion: """
            It only looks: an engine in which msgctl has made nothing yet is "unprepared", and the line says who makes it.

            The exit status is 0 when all that is needed answers, 69 when something does not, and 78 when any engine, \
            needed or not, can't be used as it is configured.

            Example:
              msgctl health --wait 30 && msgctl plan-pairings
            """)

    @OptionGroup var options: GlobalOptions

    // A number below 0 is told to be one, not taken for an option.
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Try again for so long before giving up.", valueName: "seconds"))
    var wait = 0

    func validate() throws {
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait takes a number from 0 to 86400.") }
    }

    func run() async throws {
        let configuration = try options.configuration()
        var logger = Composition.bootstrapLogging(
            configuration.log, file: LogFile.configured(configuration.log))
        // What an engine logs of its failure is said below.
        if logger.logLevel > .debug { logger.logLevel = .critical }
        let deadline = ContinuousClock.now + .seconds(wait)
        while true {
            do {
                let (report, failures) = try await Engines.inspect(configuration, logger: logger)
                let status = Self.status(report, failures)
                if status == .done || ContinuousClock.now >= deadline {
                    try options.output.print(report, text: Self.text(report))
                    Self.complain(failures)
                    if status != .done { throw ExitCode(status.rawValue) }
                    return
                }
            } catch let error as MsgError
                where ContinuousClock.now < deadline && ![.configuration, .internalError].contains(error.code)
            {
                logger.debug("not yet", metadata: ["error": "\(String(reflecting: error))"])
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// What is set up wrongly is worth a failure even where the rest can do without it: nobody would notice else.
    private static func status(_ report: HealthReport, _ failures: [String: any Error]) -> ExitStatus {
        if failures.values.contains(where: { MsgError(wrapping: $0).code == .configuration }) { return .configuration }
        return report.isReady ? .done : .engineAway
    }

    /// Says why engines did not answer; of those that share a cause, once.
    private static func complain(_ failures: [String: any Error]) {
        let errors = failures.mapValues { MsgError(wrapping: $0) }
        let names = Dictionary(grouping: errors.keys) { errors[$0]?.operatorMessage ?? "" }
            .mapValues { $0.sorted() }
        for (cause, names) in names.sorted(by: { $0.value.lexicographicallyPrecedes($1.value) }) {
            let remedy = names.first.flatMap { errors[$0]?.remedy }
            Console.complain(
                "\(names.joined(separator: ", ")): \(cause)", try: remedy.map { CommandLineText().other($0) })
        }
    }

    /// Without the reasons for what is down, which standard error has.
    private static func text(_ report: HealthReport) -> String {
        let checks = report.checks.sorted { $0.key < $1.key }
            .map { name, check in
                let hint = check.status == .unprepared ? check.reason.map { ": \($0)" } ?? "" : ""
                return "\(name): \(check.status.rawValue) in \(check.latencyMs) ms" + hint
            }
        return (["status: \(report.status.rawValue)"] + checks).joined(separator: "\n")
    }
}
