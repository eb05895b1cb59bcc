/// What became of a user in a plan, in four bytes: which pairing, in which place of it and why, or the cause that left
/// them out. Plans keep one for every user, so the codes of reasons and causes are never given another meaning.
public struct PlanPlace: RawRepresentable, Sendable, Hashable {
    /// A pairing is `number << 4 | reason << 2 | role`; what has the highest bit is a cause.
    public var rawValue: UInt32

    /// Pairings are numbered below this.
    public static let maximumPairings = 1 << 27

    private static let causeBit: UInt32 = 1 << 31
    private static let reasons: [PairingReason] = [.drawn, .exchanged, .repeated]
    /// Only appended to.
    private static let causes: [LeftOut.Cause] = [
        .deactivated, .optedOut, .paused, .weeklyLimit, .plannedElsewhere, .rest, .excluded, .alone,
    ]

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// - Parameters:
    ///   - number: the pairing's, from 0 to less than ``maximumPairings``.
    ///   - role: the user's place in the pairing, 0…2; who writes first has 0.
    public static func inPairing(_ number: Int, role: Int, _ reason: PairingReason) -> PlanPlace {
        let code: UInt32 =
            switch reason {
            case .drawn: 0
            case .exchanged: 1
            case .repeated: 2
            }
        let place = UInt32(truncatingIfNeeded: number) & 0x7ff_ffff
        return PlanPlace(rawValue: place << 4 | code << 2 | UInt32(truncatingIfNeeded: role) & 3)
    }

    public static func leftOut(_ cause: LeftOut.Cause) -> PlanPlace {
        PlanPlace(rawValue: causeBit | UInt32(causes.firstIndex(of: cause) ?? causes.count))
    }

    /// The pairing's number, the user's place in it, and why its members are together; nil of who was left out.
    public var pairing: (number: Int, role: Int, reason: PairingReason)? {
        let (reason, role) = (Int(rawValue >> 2 & 3), Int(rawValue & 3))
        guard rawValue & Self.causeBit == 0, Self.reasons.indices.contains(reason), role < 3 else { return nil }
        return (Int(rawValue >> 4), role, Self.reasons[reason])
    }

    /// Why the user is in no pairing; nil of who is in one. What is neither is damaged.
    public var cause: LeftOut.Cause? {
        let code = Int(rawValue & ~Self.causeBit)
        return rawValue & Self.causeBit != 0 && Self.causes.indices.contains(code) ? Self.causes[code] : nil
    }
}
