import ArgumentParser
import Foundation
import Logging
import MsgKit

/// What every verb takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file (default: ./config.yaml, then /etc/msgctl/config.yaml).", valueName: "file"),
        completion: .file())
    var configurationFile: String?

    @Option(
        help: ArgumentHelp("A file of environment variables (default: ./.env).", valueName: "file"), completion: .file()
    )
    var envFile: String?

    @Option(
        help: ArgumentHelp("Where the embedded engines keep their data (default: ./data).", valueName: "directory"),
        completion: .directory)
    var dataDirectory: String?

    @Option(
        help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"),
        completion: .list(["trace", "debug", "info", "notice", "warning", "error", "critical"]))
    var logLevel: String?

    @Option(help: "How results are printed.")
    var output = OutputFormat.text

    /// The configuration from all sources, these flags and a verb's own above the others.
    func configuration(_ flags: [String: String] = [:]) throws -> Configuration {
        var flags = flags
        flags["store.data_directory"] = dataDirectory
        flags["log.level"] = logLevel
        return try Configuration.load(
            from: ConfigurationSources(
                file: configurationFile, environmentFile: envFile,
                workingDirectory: FileManager.default.currentDirectoryPath,
                environment: ProcessInfo.processInfo.environment, flags: flags))
    }
}
