/// Who was seen of each pairing of a plan so far, so that whoever comes next is told whom they met.
struct PairingSeats {
    private static let empty = UInt32.max

    /// Two for each pairing: a person's number and, in two bits, their role.
    private var seats: [UInt32]

    init(pairings: Int) {
        seats = Array(repeating: Self.empty, count: 2 * pairings)
    }

    /// - Parameter isStar: whether of three the first wrote to both others, who did not meet.
    mutating func seat(
        _ person: UInt32, at pairing: Int, role: Int, isStar: Bool, met: (UInt32, UInt32) -> Void
    ) {
        for seat in (2 * pairing)..<(2 * pairing + 2) {
            let other = seats[seat]
            guard other != Self.empty else {
                seats[seat] = person << 2 | UInt32(role)
                return
            }
            if !isStar || role == 0 || other & 3 == 0 { met(person, other >> 2) }
        }
    }
}
