import ArgumentParser
import Foundation
import MsgKit

/// `reindex`: builds the search index anew, or compares it with the messages.
struct ReindexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Rebuild the search index beside the live one, or compare it with the messages.",
        discussion: """
            A rebuild that was interrupted goes on where it was. With --verify the exit status is 1 when the index differs from the messages and was not repaired. \
            What was sent a moment ago and only waits to be indexed is no difference.

            Example:
              msgctl reindex
              msgctl reindex --verify --repair --since 2026-01-31T00:00:00Z
            """)

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Compare the index with the messages; change nothing.")
    var verify = false

    @Flag(help: "With --verify: mend what differs.")
    var repair = false

    @Flag(help: "Begin again instead of going on with a rebuild that was interrupted.")
    var anew = false

    @Option(
        help: ArgumentHelp("With --verify: look only at what changed at this instant or later.", valueName: "date"),
        transform: Date.argument)
    var since: Date?

    func validate() throws {
        guard verify || (!repair && since == nil) else {
            throw ValidationError("--repair and --since go with --verify.")
        }
        guard !(verify && anew) else { throw ValidationError("--anew goes without --verify.") }
    }

    func run() async throws {
        try await Composition.use(options) { composition in
            let reindex = composition.reindexing
            let progress = ProgressLine(verify ? "messages compared" : "messages indexed")
            if verify {
                let drift = try await reindex.verify(repair: repair, since: since) { progress.show($0) }
                progress.finish()
                try options.output.print(drift, text: DriftText(drift: drift).description)
                if !drift.isClean, !repair { throw ExitCode(ExitStatus.failed.rawValue) }
            } else {
                let count = try await reindex.rebuild(anew: anew) { progress.show($0) }
                progress.finish()
                try options.output.print(["indexed": count], text: "indexed: \(count)")
            }
        }
    }
}
