/// A stored document's field that is not what it should be.
struct DamagedDocument: Error {
    var collection: String
    var field: String
    /// The document's, when it has one that can be read.
    var id: String?
}
