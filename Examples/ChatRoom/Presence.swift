/// Somebody came, went, or writes.
struct Presence: Encodable {
    let room: String
    let nickname: String
}
