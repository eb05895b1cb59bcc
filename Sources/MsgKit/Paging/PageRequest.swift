/// Which page of a numbered listing is wanted.
public struct PageRequest: Sendable, Equatable {
    /// From 1.
    public var page: Int
    /// Rows a page.
    public var limit: Int

    /// The highest page number; offsets stay well inside what every engine takes.
    public static let maximumPage = 1_000_000

    public init(page: Int = 1, limit: Int) {
        self.page = page
        self.limit = limit
    }

    /// How many rows come before the page.
    public var offset: Int { (page - 1) * limit }
}
