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
            ScheduleCommand.self, ReindexCommand.self, UserCommand.self, MigrateCommand.self, BackupCommand.self,
            HealthCommand.self,
        ])

    static func main() async {
        await Interruption.perform { await execute() }
    }

    private static func execute() async {
        let line = CommandLineText()
        if let stranger = line.strangerToHelp {
            Console.complain("There is no verb '\(stranger)'.", try: "msgctl --help")
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        }
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            if let failure = Failure(error) {
                Console.complain(failure.message, try: failure.remedy)
                exit(withError: ExitCode(failure.status.rawValue))
            }
            guard exitCode(for: error) == .success else { exit(withError: error) }
            do {
                try Console.help(message(for: error))
                exit(withError: nil)
            } catch {
                Console.complain(MsgError(wrapping: error).message)
                exit(withError: ExitCode(ExitStatus.failed.rawValue))
            }
        }
    }
}
