/// The form of the stored data.
struct SchemaReport: Encodable, Sendable {
    var schemaVersion: Int
    /// The steps that were done, by name; nil when nothing was to be done.
    var applied: [String]?
    /// The steps that are to do, by name.
    var pending: [String]?
}
