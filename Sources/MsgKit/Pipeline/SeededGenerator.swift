/// Pseudo-random numbers that a seed determines (SplitMix64), so that a plan can be made again.
///
/// Everything is drawn by methods of its own, as those of the standard library may change with it.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What is drawn. Each has numbers of its own, so that a change of one (other texts, say) leaves the rest as it was.
    public enum Stream: UInt64, Sendable {
        case pairing = 1
        case sendTime = 2
        case template = 3
    }

    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// The numbers for one draw of a plan: which message of its stream it is for.
    public init(seed: UInt64, stream: Stream, number: UInt64 = 0) {
        // Mixed twice: states that lie a multiple of the step apart would give parts of one sequence.
        state = Self.mix(Self.mix(seed &+ stream.rawValue &* Self.step) &+ number &* Self.step)
    }

    public mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mix(state)
    }

    /// A number from 0 to less than a bound, which is 1 or more; each is equally likely (Lemire's method).
    public mutating func below(_ bound: Int) -> Int {
        let bound = UInt64(max(bound, 1))
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            // So many of the low parts would favour some numbers.
            let refused = (0 &- bound) % bound
            while product.low < refused { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// A number from 0 to less than 1, in steps of 2⁻⁵³.
    public mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Brings numbers into a random order; each is equally likely (Fisher and Yates).
    public mutating func shuffle(_ numbers: inout [UInt32]) {
        guard numbers.count > 1 else { return }
        for last in stride(from: numbers.count - 1, through: 1, by: -1) { numbers.swapAt(last, below(last + 1)) }
    }

    private static func mix(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
