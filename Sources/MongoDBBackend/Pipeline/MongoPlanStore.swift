import Foundation
import MsgKit

/// Plans in MongoDB, one per pool and date.
struct MongoPlanStore: PlanStore {
    /// How often two who begin the same plan at once may meet.
    private static let maximumTries = 50

    let database: MongoDatabase
    let removal: PlanRemoval

    init(database: MongoDatabase) {
        self.database = database
        removal = PlanRemoval(database: database)
    }

    func candidates(of pool: String, after id: User.ID?, limit: Int) async throws -> [PlanCandidate] {
        guard limit > 0 else { return [] }
        return try await database.perform { connection in
            var last = id
            while true {
                let found = try connection.find(
                    in: .users,
                    [
                        "pool": Self.stored(pool), "_id": last.map { ["$gt": .id($0)] } ?? ["$gte": .objectID(0, 0)],
                    ],
                    FindOptions(
                        projection: [
                            "username": 1, "timezone": 1, "isActive": 1, "autoMessages": 1, "pausedUntil": 1,
                            "weeklyLimit": 1,
                        ], sort: ["_id": 1], limit: limit, hint: MongoIndex.pool))
                let candidates = try connection.readable(found) { document in
                    let reader = DocumentReader(document, in: .users)
                    return PlanCandidate(
                        id: try reader.required("_id", try reader.id("_id")),
                        username: try reader.required("username", try reader.string("username")),
                        timeZone: try reader.string("timezone").flatMap { $0.isEmpty ? nil : $0 },
                        isActive: try reader.bool("isActive") ?? true,
                        autoMessages: try reader.bool("autoMessages") ?? true,
                        pausedUntil: try reader.planDate("pausedUntil"), weeklyLimit: try reader.weeklyLimit())
                }
                // A page of nothing but damage is not the end.
                guard candidates.isEmpty, let end = found.last?["_id"]?.identifier(of: User.self) else {
                    return candidates
                }
                last = end
            }
        }
    }

    func pools() async throws -> [String: Int] {
        try await database.perform { connection in
            let groups = try connection.aggregate(
                .users,
                [
                    ["$sort": ["pool": 1, "_id": 1]], ["$group": ["_id": "$pool", "count": ["$sum": 1]]],
                ], hint: MongoIndex.pool)
            var counts: [String: Int] = [:]
            for group in groups {
                let name: String
                switch group["_id"] {
                case .string(let text)?: name = text
                case nil, .null?: name = Plan.defaultPool
                // Whose pool can't be read is in none.
                default: continue
                }
                counts[name, default: 0] += Int(clamping: group["count"]?.integer ?? 0)
            }
            return counts
        }
    }

    /// What a pool's users have as their pool: those of the default one may have none.
    private static func stored(_ pool: String) -> BSON {
        pool == Plan.defaultPool ? ["$in": [.null, .string(pool)]] : .string(pool)
    }

    func plans(matching filter: PlanFilter, page: PageRequest) async throws -> Page<Plan> {
        // No name holds it, and it can't be asked for.
        if filter.pool?.utf8.contains(0) == true { return Page(items: [], request: page, total: 0) }
        return try await database.perform { connection in
            let condition = PlanDocuments.condition(filter)
            let total = try connection.count(.plans, condition, hint: MongoIndex.planList)
            guard total > page.offset else { return Page(items: [], request: page, total: total) }
            let found = try connection.find(
                in: .plans, condition,
                FindOptions(
                    sort: ["_id.date": -1, "_id.pool": 1], limit: page.limit, skip: page.offset,
                    hint: MongoIndex.planList))
            let items = try found.map { try PlanDocuments.Stored($0).plan }
            return Page(items: items, request: page, total: total)
        }
    }

    func begin(_ plan: Plan, under lease: Lease) async throws -> Plan {
        let begun = try await database.perform { try Self.begin(plan, under: lease, $0) }
        if begun.completedAt == nil { try await removal.removeDropped(of: begun) }
        return begun
    }

    func append(_ chunk: PlanChunk, to plan: Plan.ID, under lease: Lease) async throws {
        guard chunk.isWhole, let first = chunk.users.first else { throw PlanChunk.outOfOrder }
        let document = chunk.document(in: plan, sign: .int64(.random(in: .min ... .max)))
        try await database.perform { connection in
            try Self.requireHeld(plan, by: lease, connection)
            let before = try connection.first(
                in: .planChunks, PlanChunk.key(chunk.number - 1, of: plan), projection: ["last": 1])
            let last = before?["last"]?.identifier(of: User.self)
            guard chunk.number == 0 || last.map({ $0 < first }) == true,
                try connection.insert([document], into: .planChunks).duplicates.isEmpty
            else { throw PlanChunk.outOfOrder }
            do {
                // Only now it is sure that no other lease has begun the plan anew and swept it already.
                try Self.requireHeld(plan, by: lease, connection)
            } catch {
                let own = PlanChunk.key(chunk.number, of: plan).appending("addition", document["addition"] ?? .null)
                _ = try connection.removeAll(from: .planChunks, own)
                throw error
            }
        }
    }

    func add(_ messages: [AutoMessage], to plan: Plan.ID, under lease: Lease) async throws {
        try await database.perform { connection in
            try Self.requireHeld(plan, by: lease, connection)
            let addition = PlanAddition(plan: plan, messages: messages, connection: connection)
            do {
                guard try addition.add() else {
                    throw MsgError(.conflict, "An automatic message with this id is there already.")
                }
                // Only now it is sure that no other lease has begun the plan anew and swept it already.
                try Self.requireHeld(plan, by: lease, connection)
            } catch {
                try addition.undo()
                throw error
            }
        }
    }

    func complete(_ plan: Plan.ID, _ outcome: PlanOutcome, at instant: Date, under lease: Lease) async throws -> Plan {
        try await database.perform { connection in
            let own: BSONDocument = ["plan": .id(plan), "fencingToken": .int64(lease.fencingToken)]
            let set = PlanDocuments.outcome(outcome).appending("completedAt", .date(instant))
            if let completed = try connection.findAndUpdate(
                in: .plans, own.appending("completedAt", .null), ["$set": .document(set)])
            {
                return try PlanDocuments.Stored(completed).plan
            }
            guard let earlier = try connection.first(in: .plans, own) else { throw Self.taken }
            return try PlanDocuments.Stored(earlier).plan
        }
    }

    func chunk(_ number: Int, of plan: Plan.ID) async throws -> PlanChunk? {
        try await database.perform { connection in
            guard let document = try connection.first(in: .planChunks, PlanChunk.key(number, of: plan)) else {
                return nil
            }
            // What a dropped plan left behind may not be removed yet.
            guard try connection.first(in: .plans, ["plan": .id(plan)], projection: ["_id": 1]) != nil else {
                return nil
            }
            return try PlanChunk(document, number: number, of: plan)
        }
    }

    /// - Throws: ``ErrorCode/leaseHeld`` unless a plan is still this lease's, ``ErrorCode/conflict`` when it is complete.
    private static func requireHeld(_ plan: Plan.ID, by lease: Lease, _ connection: MongoConnection) throws {
        let own: BSONDocument = ["plan": .id(plan), "fencingToken": .int64(lease.fencingToken)]
        guard let stored = try connection.first(in: .plans, own) else { throw taken }
        guard try PlanDocuments.Stored(stored).plan.completedAt == nil else { throw Plan.isComplete }
    }

    private static var taken: MsgError {
        MsgError(.leaseHeld, "Another process has taken over the planning of this day.")
    }

    private static func begin(_ plan: Plan, under lease: Lease, _ connection: MongoConnection) throws -> Plan {
        let key = PlanDocuments.key(pool: plan.pool, date: plan.date)
        let outcome = PlanOutcome(figures: plan.figures, notes: plan.notes, rested: plan.rested)
        let fields = BSONDocument(
            PlanDocuments.outcome(outcome).fields
                + ([
                    "settings": .optional(plan.settings) { $0.value },
                    "plan": .id(plan.id), "seed": .string(String(plan.seed)), "createdAt": .date(plan.createdAt),
                    "fencingToken": .int64(lease.fencingToken),
                ] as BSONDocument).fields)
        for _ in 0..<maximumTries {
            if let stored = try connection.first(in: .plans, key).map({ try PlanDocuments.Stored($0) }) {
                guard stored.plan.completedAt == nil else { return stored.plan }
                guard stored.fencingToken <= lease.fencingToken else { throw taken }
                // A call that is made again drops nothing of its own.
                let dropped = stored.dropped.filter { $0.plan != plan.id }
                let current = stored.plan.id == plan.id ? [] : [DroppedPlan(plan: stored.plan.id, at: plan.createdAt)]
                let unchanged: BSONDocument = [
                    "plan": .id(stored.plan.id), "fencingToken": .int64(stored.fencingToken), "completedAt": .null,
                ]
                let condition = BSONDocument(key.fields + unchanged.fields)
                let set = fields.appending("dropped", .array((dropped + current).map(\.value)))
                if let begun = try connection.findAndUpdate(in: .plans, condition, ["$set": .document(set)]) {
                    return try PlanDocuments.Stored(begun).plan
                }
            } else {
                let document = BSONDocument(key.fields + fields.fields)
                if try connection.insert([document], into: .plans).duplicates.isEmpty {
                    return try PlanDocuments.Stored(document).plan
                }
            }
        }
        throw MsgError(.serverBusy, "Too many processes begin this plan at once; try again.")
    }
}
