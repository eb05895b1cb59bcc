/// Sent by a client with CONNECT.
struct Credentials: Decodable {
    let nickname: String

    var isValid: Bool { (1...20).contains(nickname.count) }
}

/// Sent by a client.
struct Message: Decodable {
    let room: String
    let text: String
}

/// Sent to the others in a room.
struct Delivery: Encodable {
    let room: String
    let from: String
    let text: String
}

/// Somebody came, went, or writes.
struct Presence: Encodable {
    let room: String
    let nickname: String
}

/// An acknowledgement.
struct Answer: Encodable {
    var members: [String]?
    var error: String?
}
