/// Sent to the others in a room.
struct Delivery: Encodable {
    let room: String
    let from: String
    let text: String
}
