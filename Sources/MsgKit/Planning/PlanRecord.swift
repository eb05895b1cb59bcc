/// A stored plan: how far its messages have come, and what became of every user.
///
/// Memory: some 25 bytes a user. Names are read when they are asked for.
public struct PlanRecord: Sendable {
    /// So many pairings or users are best asked for at once.
    public static let page = 1_000

    public let plan: Plan
    public let progress: PlanProgress
    /// How many pairings are known: all of the plan, or none of one that is unfinished or was made by an older version.
    public var pairings: Int { members.count / 2 }
    private var ids: [User.ID] = []
    /// Two for each pairing, places in `ids`.
    private var members: [UInt32] = []
    private var thirds: [Int: UInt32] = [:]
    private var reasons: [PairingReason] = []
    private var left: [(user: UInt32, cause: LeftOut.Cause)] = []
    private let users: any UserStore

    /// One of which nothing is known but itself.
    init(plan: Plan, progress: PlanProgress, users: any UserStore) {
        self.plan = plan
        self.progress = progress
        self.users = users
    }

    init(plan: Plan, progress: PlanProgress, chunks: [PlanChunk], users: any UserStore) throws {
        self.init(plan: plan, progress: progress, users: users)
        // Plans of older versions kept none.
        guard !chunks.isEmpty else { return }
        let nobody = UInt32.max
        members = Array(repeating: nobody, count: 2 * plan.figures.pairings)
        reasons = Array(repeating: .drawn, count: plan.figures.pairings)
        for chunk in chunks {
            for (id, place) in zip(chunk.users, chunk.places) {
                let user = UInt32(ids.count)
                ids.append(id)
                if let cause = place.cause {
                    left.append((user, cause))
                } else if let (number, role, reason) = place.pairing, number < reasons.count {
                    if role == 2 { thirds[number] = user } else { members[2 * number + role] = user }
                    reasons[number] = reason
                } else {
                    throw PlanChunk.damaged(chunk.number, of: plan.id)
                }
            }
        }
        guard !members.contains(nobody) else { throw PlanChunk.damaged(chunks.count - 1, of: plan.id) }
    }

    /// How many users are left out.
    public var leftOutCount: Int { left.count }

    /// Pairings by their numbers.
    public func pairings(_ numbers: Range<Int>) async throws -> [Pairing] {
        let groups = numbers.map { number in
            [members[2 * number], members[2 * number + 1]] + (thirds[number].map { [$0] } ?? [])
        }
        let names = try await names(of: groups.joined())
        return zip(numbers, groups).map { number, group in
            Pairing(
                members: group.map { member($0, names) }, turns: plan.settings?.oddUser == .double ? .star : .chain,
                reason: reasons[number])
        }
    }

    /// Users who are left out, by their places in the order of ids.
    public func leftOut(_ numbers: Range<Int>) async throws -> [LeftOut] {
        let some = left[numbers]
        let names = try await names(of: some.map(\.user))
        return some.map { LeftOut(member($0.user, names), $0.cause) }
    }

    private func member(_ user: UInt32, _ names: [User.ID: String]) -> PlanMember {
        let id = ids[Int(user)]
        // Of an account that can't be read any more the id has to do.
        return PlanMember(id: id, username: names[id] ?? id.description)
    }

    private func names(of numbers: some Sequence<UInt32>) async throws -> [User.ID: String] {
        let found = try await users.users(numbers.map { ids[Int($0)] })
        return Dictionary(found.map { ($0.id, $0.username) }) { first, _ in first }
    }
}
