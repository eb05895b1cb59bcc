/// An acknowledgement.
struct Answer: Encodable {
    var members: [String]?
    var error: String?
}
