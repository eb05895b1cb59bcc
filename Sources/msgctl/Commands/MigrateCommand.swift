import ArgumentParser
import MsgKit

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
        let logger = Composition.bootstrapLogging(
            configuration.log, file: LogFile.configured(configuration.log), tellsOutages: false)
        if status || dryRun {
            let schema = try await Engines.schema(configuration, logger: logger)
            try options.output.print(schema, text: Self.text(schema))
            return
        }
        let schema = try await Engines.migrate(configuration, logger: logger)
        try options.output.print(schema, text: Self.text(schema))
    }

    private static func text(_ schema: SchemaReport) -> String {
        var lines = ["schema \(schema.schemaVersion)"]
        if let applied = schema.applied, !applied.isEmpty { lines.append("done: " + applied.joined(separator: ", ")) }
        if let pending = schema.pending, !pending.isEmpty { lines.append("to do: " + pending.joined(separator: ", ")) }
        if lines.count == 1 { lines.append("nothing to do") }
        return lines.joined(separator: "\n")
    }
}
