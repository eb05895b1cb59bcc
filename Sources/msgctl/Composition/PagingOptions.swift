import ArgumentParser
import MsgKit

/// Which part of a listing is printed.
struct PagingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The page, from 1.", valueName: "number"))
    var page = 1

    @Option(help: ArgumentHelp("Rows a page, 1 to 1000.", valueName: "number"))
    var limit = 100

    func validate() throws {
        guard (1...PageRequest.maximumPage).contains(page) else {
            throw ValidationError("--page takes a number from 1 to \(PageRequest.maximumPage).")
        }
        guard (1...1000).contains(limit) else { throw ValidationError("--limit takes a number from 1 to 1000.") }
    }

    var request: PageRequest { PageRequest(page: page, limit: limit) }
}
