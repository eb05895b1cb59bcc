/// One document to be put into an index in place of what is there under its id.
///
/// Its version decides: what is there in a later version stays.
struct BulkOperation: Sendable {
    var id: String
    var version: Int64
    /// The document as JSON on one line.
    var document: [UInt8]

    /// The lines of a bulk request.
    func lines(alias: String) -> [UInt8] {
        var text = JSONText()
        text.write(raw: "{\"index\":{\"_index\":")
        text.write(alias)
        text.write(raw: ",\"_id\":")
        text.write(id)
        text.write(raw: ",\"version\":")
        text.write(version)
        text.write(raw: ",\"version_type\":\"external_gte\"}}\n")
        return text.bytes + document + [UInt8(ascii: "\n")]
    }
}
