/// A delivery as it came, with the receipt that settles it.
struct RawDelivery: Sendable {
    var message: IncomingMessage
    var receipt: String
}
