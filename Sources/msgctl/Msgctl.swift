import ArgumentParser
import MsgKit

/// The program: its verbs, and how it ends.
@main
struct Msgctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "msgctl",
        abstract: "A self-hosted real-time messaging system in one binary.",
        discussion: """
            Without configuration everything runs on embedded engines in one data directory:

              msgctl serve

            Settings come from config.yaml, the environment and flags; config.yaml.example explains each.

            Exit status: 0 done, 1 failed, 64 usage, 69 an engine is away, 75 try again later, 78 configuration. \
            A result that can't be written (standard output closed, its disk full) is a failure, too.
            """,
        version: Version.current,
        subcommands: [
            Serve.self, PlanPairingsCommand.self, EnqueueDueCommand.self, DispatchWorkerCommand.self,
            ScheduleCommand.self, ReindexCommand.self, UserCommand.self, MigrateCommand.self, HealthCommand.self,
        ])

    static func main() async {
        await Interruption.perform { await execute() }
    }

    private static func execute() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as ConfigurationError {
            Console.complain(error.description)
            // What only the command line got wrong is a matter of usage.
            let isUsage = error.omitted == 0 && error.complaints.allSatisfy { $0.source == "command line" }
            exit(withError: ExitCode((isUsage ? ExitStatus.usage : .configuration).rawValue))
        } catch let error as MsgError {
            Console.complain(([error.operatorMessage] + error.fields.map(\.msg)).joined(separator: "\n"))
            exit(withError: ExitCode(error.code.exitStatus.rawValue))
        } catch is CancellationError {
            Console.complain("Stopped before it was done; run it again to finish it.")
            exit(withError: ExitCode(ExitStatus.tryAgain.rawValue))
        } catch let error where exitCode(for: error) == .failure && !(error is ExitCode) && !(error is CleanExit) {
            Console.complain(MsgError(wrapping: error).message + " \(error)")
            exit(withError: ExitCode(ExitStatus.failed.rawValue))
        } catch {
            exit(withError: error)
        }
    }
}
