/// Who is never paired with whom, whichever of the two wishes it. People are numbers below `people`.
///
/// Memory: 8 bytes for each exclusion, and 4 for each person when there is any.
public struct ExclusionSets: Sendable {
    /// Where the others of each person begin; empty when nobody excludes anybody.
    private var starts: [Int32] = []
    /// Ascending for each person.
    private var others: [UInt32] = []

    /// - Parameter pairs: in any order; one that is there twice or the other way round as well counts once.
    public init(people: Int, pairs: some Sequence<(UInt32, UInt32)> = EmptyCollection()) {
        var both: [(UInt32, UInt32)] = []
        for (one, other) in pairs where one != other && Int(one) < people && Int(other) < people {
            both.append((one, other))
            both.append((other, one))
        }
        guard !both.isEmpty else { return }
        both.sort { $0 < $1 }
        starts = Array(repeating: 0, count: people + 1)
        for (one, other) in both {
            starts[Int(one) + 1] += 1
            others.append(other)
        }
        for person in 0..<people { starts[person + 1] += starts[person] }
    }

    public func contains(_ one: UInt32, _ other: UInt32) -> Bool {
        guard !starts.isEmpty else { return false }
        var (low, high) = (Int(starts[Int(one)]), Int(starts[Int(one) + 1]))
        while low < high {
            let middle = low + (high - low) / 2
            if others[middle] < other { low = middle + 1 } else { high = middle }
        }
        return low < starts[Int(one) + 1] && others[low] == other
    }
}
