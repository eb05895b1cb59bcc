import ArgumentParser
import MsgKit

/// Which part of a listing is printed.
struct PagingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The page, from 1 (default: 1).", valueName: "number"))
    var page: Int?

    @Option(help: ArgumentHelp("Rows a page, 1 to 1000 (default: 100).", valueName: "number"))
    var limit: Int?

    func validate() throws {
        guard (1...PageRequest.maximumPage).contains(page ?? 1) else {
            throw ValidationError("--page takes a number from 1 to \(PageRequest.maximumPage).")
        }
        guard (1...1000).contains(limit ?? 100) else { throw ValidationError("--limit takes a number from 1 to 1000.") }
    }

    /// Whether somebody asks for a part.
    var isGiven: Bool { page != nil || limit != nil }

    var request: PageRequest { PageRequest(page: page ?? 1, limit: limit ?? 100) }
}
