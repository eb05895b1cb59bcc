import ArgumentParser
import Foundation
import MsgKit
import SQLiteBackend

/// `backup`: copies a live data directory.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the data directory, as it is at one instant, while it is in use.",
        discussion: """
            The copy is a data directory of its own: the database with the search index, and the keys for tokens that \
            are kept there. What is stored later is not in it; who uses the directory meanwhile does not wait. To restore, \
            stop everything and put it in the place of the data directory.

            Records in MongoDB are backed up with MongoDB's own tools.

            Example:
              msgctl backup /backup/msgctl-monday
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(
        help: ArgumentHelp(
            "Where the copy is made: an empty directory, made when it is not there.",
            valueName: "directory"),
        completion: .directory)
    var target: String

    func validate() throws {
        if target.isEmpty { throw ValidationError("The directory's name is empty; name where the copy is made.") }
    }

    func run() async throws {
        let configuration = try options.configuration()
        _ = Composition.bootstrapLogging(
            configuration.log, file: LogFile.configured(configuration.log), tellsOutages: false)
        guard configuration.store.mongoDBURI == nil else {
            throw MsgError(
                .configuration,
                "The records are in MongoDB (store.mongodb_uri); back them up with its own tools, such as mongodump."
            )
        }
        try Engines.requireDirectory(configuration)
        let source = configuration.store.dataDirectory
        // An absolute path, so that what is printed says where it is.
        let target = URL(fileURLWithPath: target).standardizedFileURL.path
        let progress = ProgressLine("pages copied")
        let report = try await Interruption.honoured {
            defer { progress.finish() }
            let backup = try await Self.telling {
                try await SQLiteBackend.backUp(
                    DataDirectory(path: source), to: DataDirectory(path: target),
                    with: [TokenSecret.fileName] + Self.keyFiles(configuration),
                    progress: { progress.show($0, of: $1) })
            }
            return Report(
                directory: target, bytes: backup.bytes, schemaVersion: backup.schemaVersion,
                hasTokenSecret: backup.files.contains(TokenSecret.fileName),
                keyFiles: backup.files.filter { $0 != TokenSecret.fileName })
        }
        try options.output.print(report, text: report.text)
    }

    /// There is no engine to wait for: a disk is full or damaged.
    private static func telling(_ copy: () async throws -> BackupResult) async throws -> BackupResult {
        do {
            return try await copy()
        } catch let error as MsgError where error.code == .unavailable {
            throw error.withoutRemedy
        }
    }

    /// Names of the configured key files that lie in the data directory itself, whatever links lead there; others are
    /// kept with the configuration.
    private static func keyFiles(_ configuration: Configuration) -> [String] {
        let auth = configuration.auth
        let directory = URL(fileURLWithPath: configuration.store.dataDirectory).resolvingSymlinksInPath().path
        let paths = [auth.jwtKeyFile, auth.outsideJWKSFile].compactMap { $0 } + auth.acceptedKeyFiles
        let files = paths.flatMap { path in
            let file = URL(fileURLWithPath: path).standardizedFileURL
            // A link in the directory is copied by its name, one to a file in it by that file's.
            return [
                file.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(
                    file.lastPathComponent),
                file.resolvingSymlinksInPath(),
            ]
        }
        let names = files.filter { $0.deletingLastPathComponent().path == directory }.map(\.lastPathComponent)
        return Set(names).subtracting([TokenSecret.fileName]).sorted()
    }

    private struct Report: Encodable {
        var directory: String
        var bytes: Int
        var schemaVersion: Int
        var hasTokenSecret: Bool
        var keyFiles: [String]

        var text: String {
            "\(directory): \(bytes) bytes, schema \(schemaVersion), "
                + (hasTokenSecret ? "with the token secret" : "no token secret is kept in the data directory")
                + keyFiles.map { ", with \($0)" }.joined()
        }
    }
}
