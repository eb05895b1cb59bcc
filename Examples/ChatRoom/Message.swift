/// Sent by a client.
struct Message: Decodable {
    let room: String
    let text: String
}
