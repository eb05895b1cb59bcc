/// The users of a pool by id, numbered from 0 in that order: what planning reckons with are these numbers.
///
/// Memory: some 50 bytes a user.
struct PlanPopulation: Sendable {
    /// More would not fit the numbers of a plan's pairings.
    static let maximumUsers = 2 * PlanPlace.maximumPairings

    private(set) var ids: [User.ID] = []
    /// Why the user has no part, as far as it is known; nil of who takes part.
    var causes: [LeftOut.Cause?] = []
    /// Names of zones, by the number that ``zone(of:)`` gives; the first stands for none.
    private(set) var zoneNames = [""]
    private var names = NameTable()
    private var zones: [UInt16] = []
    private var zoneNumbers = ["": UInt16(0)]
    /// How many plans of seven days a user wishes to be in.
    private var limits: [Int8] = []
    private var pauses: [UInt32: PlanDate] = [:]

    var count: Int { ids.count }

    /// Adds the next user, whose id is greater than all before.
    mutating func append(_ user: PlanCandidate, on date: PlanDate) throws {
        guard count < Self.maximumUsers, ids.last.map({ $0 < user.id }) ?? true else {
            throw MsgError(.internalError, "The users can't be numbered; nothing is planned.")
        }
        if let day = user.pausedUntil, day.daysSince1970 > date.daysSince1970 { pauses[UInt32(count)] = day }
        let isPaused = pauses[UInt32(count)] != nil
        causes.append(!user.isActive ? .deactivated : !user.autoMessages ? .optedOut : isPaused ? .paused : nil)
        ids.append(user.id)
        names.append(user.username)
        zones.append(number(ofZone: user.timeZone ?? ""))
        limits.append(user.weeklyLimit.map { Int8(clamping: $0) } ?? -1)
    }

    func member(_ number: UInt32) -> PlanMember {
        PlanMember(id: ids[Int(number)], username: names[Int(number)])
    }

    func name(_ number: UInt32) -> String { names[Int(number)] }

    func zone(of number: UInt32) -> Int { Int(zones[Int(number)]) }

    func weeklyLimit(of number: Int) -> Int? { limits[number] < 0 ? nil : Int(limits[number]) }

    /// The first day on which a user who takes a break takes part again.
    func pausedUntil(_ number: UInt32) -> PlanDate? { pauses[number] }

    /// The number of a user; nil of who is in another pool, or was removed.
    func number(of id: User.ID) -> UInt32? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < count && ids[low] == id ? UInt32(low) : nil
    }

    private mutating func number(ofZone name: String) -> UInt16 {
        if let known = zoneNumbers[name] { return known }
        // Beyond as many names as there are numbers, more than there are zones, the pool's own counts.
        guard zoneNames.count <= Int(UInt16.max) else { return 0 }
        let number = UInt16(zoneNames.count)
        zoneNumbers[name] = number
        zoneNames.append(name)
        return number
    }
}
