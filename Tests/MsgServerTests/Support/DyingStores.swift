import Foundation
import MsgKit
import Synchronization

/// A process that is killed at one of its calls to the stores: before the call has an effect or after it, and nothing
/// that it tries afterwards reaches them.
final class Death: Sendable {
    struct Killed: Error {}

    private struct State {
        var calls = 0
        var isDead = false
    }

    private let call: Int
    private let isAfter: Bool
    private let state = Mutex(State())

    init(atCall call: Int, after isAfter: Bool) {
        self.call = call
        self.isAfter = isAfter
    }

    /// Whether it came to that call.
    var hasCome: Bool { state.withLock(\.isDead) }

    func perform<Value>(_ body: () async throws -> Value) async throws -> Value {
        let isNow = try state.withLock { state in
            guard !state.isDead else { throw Killed() }
            state.calls += 1
            if state.calls == call { state.isDead = true }
            return state.calls == call
        }
        guard isNow else { return try await body() }
        if isAfter { _ = try await body() }
        throw Killed()
    }
}

struct DyingPlans: PlanStore {
    let store: any PlanStore
    let death: Death

    func candidates(of pool: String, after id: User.ID?, limit: Int) async throws -> [PlanCandidate] {
        try await death.perform { try await store.candidates(of: pool, after: id, limit: limit) }
    }

    func pools() async throws -> [String: Int] { try await death.perform { try await store.pools() } }

    func plans(matching filter: PlanFilter, page: PageRequest) async throws -> Page<Plan> {
        try await death.perform { try await store.plans(matching: filter, page: page) }
    }

    func begin(_ plan: Plan, under lease: Lease) async throws -> Plan {
        try await death.perform { try await store.begin(plan, under: lease) }
    }

    func append(_ chunk: PlanChunk, to plan: Plan.ID, under lease: Lease) async throws {
        try await death.perform { try await store.append(chunk, to: plan, under: lease) }
    }

    func add(_ messages: [AutoMessage], to plan: Plan.ID, under lease: Lease) async throws {
        try await death.perform { try await store.add(messages, to: plan, under: lease) }
    }

    func complete(_ plan: Plan.ID, _ outcome: PlanOutcome, at instant: Date, under lease: Lease) async throws -> Plan {
        try await death.perform { try await store.complete(plan, outcome, at: instant, under: lease) }
    }

    func chunk(_ number: Int, of plan: Plan.ID) async throws -> PlanChunk? {
        try await death.perform { try await store.chunk(number, of: plan) }
    }
}

struct DyingConversations: ConversationStore {
    let store: any ConversationStore
    let death: Death

    func findOrCreateDirect(_ candidates: [Conversation]) async throws -> [(conversation: Conversation, isNew: Bool)] {
        try await death.perform { try await store.findOrCreateDirect(candidates) }
    }

    func insertGroup(_ conversation: Conversation) async throws {
        try await death.perform { try await store.insertGroup(conversation) }
    }

    func conversation(_ id: Conversation.ID) async throws -> Conversation? {
        try await death.perform { try await store.conversation(id) }
    }

    func rename(_ id: Conversation.ID, to name: String, at instant: Date) async throws -> Conversation? {
        try await death.perform { try await store.rename(id, to: name, at: instant) }
    }

    func addParticipants(_ users: [User.ID], to id: Conversation.ID, at instant: Date) async throws -> Conversation? {
        try await death.perform { try await store.addParticipants(users, to: id, at: instant) }
    }

    func removeParticipant(_ user: User.ID, from id: Conversation.ID, at instant: Date) async throws -> Conversation? {
        try await death.perform { try await store.removeParticipant(user, from: id, at: instant) }
    }
}

struct DyingLeases: LeaseStore {
    let store: any LeaseStore
    let death: Death

    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await death.perform { try await store.acquire(name, holder: holder, at: instant, until: expiry) }
    }

    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await death.perform { try await store.renew(lease, at: instant, until: expiry) }
    }

    func release(_ lease: Lease) async throws { try await death.perform { try await store.release(lease) } }
}
