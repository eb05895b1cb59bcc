/// One page of a numbered listing and how many rows there are in all.
public struct Page<Element: Sendable>: Sendable {
    public var items: [Element]
    public var request: PageRequest
    public var total: Int

    public init(items: [Element], request: PageRequest, total: Int) {
        self.items = items
        self.request = request
        self.total = total
    }

    /// How many pages there are; 0 when nothing matches.
    public var pages: Int { (total + request.limit - 1) / request.limit }

    /// The same page of something made from each item.
    public func map<Other: Sendable>(_ transform: (Element) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(transform), request: request, total: total)
    }
}
