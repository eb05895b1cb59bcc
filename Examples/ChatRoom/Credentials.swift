/// Sent by a client with CONNECT.
struct Credentials: Decodable {
    let nickname: String

    var isValid: Bool { (1...20).contains(nickname.count) }
}
