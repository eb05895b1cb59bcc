/// `data`: what most answers hold.
struct DataAnswer<Content: Encodable & Sendable>: Encodable, Sendable {
    var data: Content

    init(_ data: Content) {
        self.data = data
    }
}
