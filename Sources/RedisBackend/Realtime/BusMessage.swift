/// What came on a channel of the bus, as it came.
struct BusMessage: Sendable {
    enum Kind: Sendable {
        case broadcast
        case request
    }

    var kind: Kind
    var payload: [UInt8]
}
