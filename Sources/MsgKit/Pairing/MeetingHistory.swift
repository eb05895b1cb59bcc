/// Who met whom in the rounds that a pairing should not repeat. People are numbers below `people`.
///
/// Memory: 4 bytes for each person and round.
public struct MeetingHistory: Sendable {
    /// Further rounds are not kept.
    public static let maximumRounds = 60

    private static let nobody = UInt32.max

    /// A pair of people in a round, in either order.
    private struct Meeting: Hashable {
        var round: Int
        var lower: UInt32
        var higher: UInt32

        init(_ round: Int, _ one: UInt32, _ other: UInt32) {
            self.round = round
            lower = min(one, other)
            higher = max(one, other)
        }
    }

    private let people: Int
    private var dates: [PlanDate] = []
    /// By round and person: whom they met first.
    private var partners: [[UInt32]] = []
    /// The further meetings of those who were in a group of three.
    private var further: Set<Meeting> = []

    public init(people: Int) {
        self.people = people
    }

    /// How many rounds are known.
    public var rounds: Int { dates.count }

    /// Begins the next round; that of the nearest day comes first. Beyond ``maximumRounds`` there is no effect.
    /// - Returns: whether the round is kept, so that its meetings are to be told.
    public mutating func beginRound(of date: PlanDate) -> Bool {
        guard rounds < Self.maximumRounds else { return false }
        dates.append(date)
        partners.append(Array(repeating: Self.nobody, count: people))
        return true
    }

    /// Two people met in the round begun last.
    public mutating func meet(_ one: UInt32, _ other: UInt32) {
        let round = rounds - 1
        guard round >= 0, one != other, Int(one) < people, Int(other) < people else { return }
        if partners[round][Int(one)] == Self.nobody, partners[round][Int(other)] == Self.nobody {
            partners[round][Int(one)] = other
            partners[round][Int(other)] = one
        } else {
            further.insert(Meeting(round, one, other))
        }
    }

    /// The nearest round in which two people met, 0 for the first told; nil when they have not.
    public func lastMet(_ one: UInt32, _ other: UInt32) -> Int? {
        for round in 0..<rounds {
            if partners[round][Int(one)] == other { return round }
            if !further.isEmpty, further.contains(Meeting(round, one, other)) { return round }
        }
        return nil
    }

    /// The meetings among some of the people, who are numbered anew in the order given.
    func restricted(to some: [UInt32]) -> MeetingHistory {
        guard some.count < people else { return self }
        var numbers = [UInt32](repeating: Self.nobody, count: people)
        for (number, person) in some.enumerated() where Int(person) < people { numbers[Int(person)] = UInt32(number) }
        var restricted = MeetingHistory(people: some.count)
        restricted.dates = dates
        restricted.partners = partners.map { partners in
            some.map { person in
                let partner = partners[Int(person)]
                return partner == Self.nobody ? Self.nobody : numbers[Int(partner)]
            }
        }
        for meeting in further {
            let (one, other) = (numbers[Int(meeting.lower)], numbers[Int(meeting.higher)])
            if one != Self.nobody, other != Self.nobody {
                restricted.further.insert(Meeting(meeting.round, one, other))
            }
        }
        return restricted
    }

    /// The date of a round.
    public func date(of round: Int) -> PlanDate? {
        dates.indices.contains(round) ? dates[round] : nil
    }
}
