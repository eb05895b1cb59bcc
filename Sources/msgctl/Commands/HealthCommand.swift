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

            The exit status is 0 when all that is needed answers, 69 when something does not, and 78 when something \
            refuses this program as it is configured.

            Example:
              msgctl health --wait 30 && msgctl plan-pairings
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("Try again for so long before giving up.", valueName: "seconds"))
    var wait = 0

    func validate() throws {
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait takes a number from 0 to 86400.") }
    }

    func run() async throws {
        let configuration = try options.configuration()
        let logger = Composition.bootstrapLogging(configuration.log)
        let deadline = ContinuousClock.now + .seconds(wait)
        while true {
            do {
                let (report, failures) = try await probe(configuration, logger)
                if report.isReady || ContinuousClock.now >= deadline {
                    try options.output.print(report, text: Self.text(report))
                    let status = Self.complain(failures)
                    if !report.isReady { throw ExitCode(status.rawValue) }
                    return
                }
            } catch let error as MsgError where ContinuousClock.now < deadline && error.code != .configuration {
                logger.debug("not yet", metadata: ["error": "\(String(reflecting: error))"])
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Says of each engine why it did not answer.
    /// - Returns: the exit status, when one of them is needed.
    private static func complain(_ failures: [String: any Error]) -> ExitStatus {
        var status = ExitStatus.engineAway
        for (name, error) in failures.sorted(by: { $0.key < $1.key }) {
            let known = MsgError(wrapping: error)
            Console.complain("\(name): \(known.operatorMessage)")
            if known.code == .configuration { status = .configuration }
        }
        return status
    }

    private func probe(
        _ configuration: Configuration, _ logger: Logger
    ) async throws -> (report: HealthReport, failures: [String: any Error]) {
        try Composition.requireData(configuration)
        return try await Engines.inspect(configuration, logger: logger)
    }

    private static func text(_ report: HealthReport) -> String {
        let checks = report.checks.sorted { $0.key < $1.key }
            .map { name, check in
                "\(name): \(check.status.rawValue) in \(check.latencyMs) ms" + (check.reason.map { ": \($0)" } ?? "")
            }
        return (["status: \(report.status.rawValue)"] + checks).joined(separator: "\n")
    }
}
