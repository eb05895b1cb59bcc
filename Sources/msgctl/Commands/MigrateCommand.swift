import ArgumentParser
import MsgKit
import SQLiteBackend

/// `migrate`: brings the stored data to this version's form.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the data to the form that this version needs.",
        discussion: """
            Every other verb does so too when nobody else uses the data.

            Example:
              msgctl migrate --status
              msgctl migrate
            """)

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Show the form of the data and what is to do; change nothing.")
    var status = false

    @Flag(help: "The same as --status.")
    var dryRun = false

    func run() async throws {
        let configuration = try options.configuration()
        let logger = Composition.bootstrapLogging(configuration.log)
        let directory = configuration.store.dataDirectory
        if status || dryRun {
            let status = try await SQLiteBackend.schemaStatus(directory: directory)
            try options.output.print(
                Status(schemaVersion: status.version, currentVersion: status.currentVersion, pending: status.pending),
                text: "schema \(status.version) of \(status.currentVersion)"
                    + (status.pending.isEmpty ? ", nothing to do" : "\nto do: " + status.pending.joined(separator: ", ")))
            return
        }
        let composition = try await Composition.open(configuration, logger: logger)
        let applied = composition.backend.appliedMigrations
        let version = composition.backend.schemaVersion
        try await composition.backend.close()
        try options.output.print(
            Report(schemaVersion: version, applied: applied),
            text: "schema \(version)" + (applied.isEmpty ? ", nothing to do" : "\ndone: " + applied.joined(separator: ", ")))
    }

    private struct Status: Encodable {
        var schemaVersion: Int
        var currentVersion: Int
        var pending: [String]
    }

    private struct Report: Encodable {
        var schemaVersion: Int
        var applied: [String]
    }
}
