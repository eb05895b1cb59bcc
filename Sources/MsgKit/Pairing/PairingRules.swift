/// What a draw has to keep to. People are numbers below `count`, those whom a cause keeps out already left away.
public struct PairingRules: Sendable {
    /// What an edge between two people weighs in the best matching. So much more than a meeting's age that first as many
    /// as can be are placed, then as few as can be meet again, and then the longest ago.
    private enum Weight {
        static let pair: Int64 = 1 << 42
        static let new: Int64 = 1 << 22
    }

    public var count: Int
    /// Meetings that are not to be repeated while there is another choice.
    public var history: MeetingHistory
    /// Who must not be paired at all.
    public var exclusions: ExclusionSets
    /// What happens when the number is odd.
    public var odd: Configuration.Schedule.OddUser
    /// Who rested at earlier odd rounds, the last first.
    public var rested: [UInt32]

    public init(
        count: Int, history: MeetingHistory? = nil, exclusions: ExclusionSets? = nil,
        odd: Configuration.Schedule.OddUser = .trio, rested: [UInt32] = []
    ) {
        self.count = count
        self.history = history ?? MeetingHistory(people: count)
        self.exclusions = exclusions ?? ExclusionSets(people: count)
        self.odd = odd
        self.rested = rested
    }

    /// Whether two people may meet, and have not lately.
    func areFree(_ one: UInt32, _ other: UInt32) -> Bool {
        history.lastMet(one, other) == nil && !exclusions.contains(one, other)
    }

    /// How good it is to pair two people; 0 when it must not be, ``best`` when nothing speaks against it.
    func weight(_ one: UInt32, _ other: UInt32) -> Int64 {
        guard !exclusions.contains(one, other) else { return 0 }
        return Weight.pair + (history.lastMet(one, other).map { Int64($0) } ?? Weight.new)
    }

    static var best: Int64 { Weight.pair + Weight.new }

    /// What it is worth that one more person is with some of a pair: half of a pair's worth, as one is placed instead of
    /// two, and what the weights of the meetings say of them. 0 when one of them must not be.
    static func worth(ofJoining weights: [Int64]) -> Int64 {
        weights.contains(0) ? 0 : weights.reduce(Weight.pair / 2) { $0 + $1 - Weight.pair }
    }
}
