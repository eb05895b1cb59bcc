import MsgKit

/// `pagination` of a numbered listing.
struct PaginationAnswer: Encodable, Sendable {
    var page: Int
    var limit: Int
    var total: Int
    var pages: Int

    init<Element>(_ page: Page<Element>) {
        self.page = page.request.page
        limit = page.request.limit
        total = page.total
        pages = page.pages
    }
}
