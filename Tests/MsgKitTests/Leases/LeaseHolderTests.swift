import Foundation
import MsgTestKit
import Synchronization
import Testing

@testable import MsgKit

struct LeaseHolderTests {
    /// Leases of one name, in memory.
    private final class Leases: LeaseStore {
        private struct State {
            var held: Lease?
            var token: Int64 = 0
        }

        private let state = Mutex(State())
        let calls = Journal<String>()

        var held: Lease? { state.withLock { $0.held } }
        func lose() { state.withLock { $0.held = nil } }

        func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
            calls.note("acquire")
            return state.withLock { state in
                if let held = state.held, held.holder != holder, held.expiresAt > instant { return nil }
                state.token += 1
                state.held = Lease(name: name, holder: holder, fencingToken: state.token, expiresAt: expiry)
                return state.held
            }
        }

        func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
            calls.note("renew")
            return state.withLock { state in
                guard state.held?.fencingToken == lease.fencingToken else { return nil }
                state.held?.expiresAt = expiry
                return state.held
            }
        }

        func release(_ lease: Lease) async throws {
            calls.note("release")
            state.withLock { state in
                if state.held?.fencingToken == lease.fencingToken { state.held = nil }
            }
        }
    }

    private struct Broken: Error {}

    private let clock = FakeClock()
    private let leases = Leases()

    private func holder(_ node: String = "a") -> LeaseHolder {
        LeaseHolder(leases: leases, node: NodeID(rawValue: node), clock: clock)
    }

    @Test func theWorkHoldsTheLeaseAndGivesItBack() async throws {
        let answer = try await holder().perform("plan", elseThrow: "Held.") { lease, _ in
            #expect(leases.held == lease)
            #expect(lease.expiresAt == clock.now.later(by: LeaseHolder.lifetime))
            return 7
        }
        #expect(answer == 7)
        #expect(leases.held == nil)
        #expect(leases.calls.entries == ["acquire", "release"])
    }

    @Test func whoFindsItHeldDoesNothing() async throws {
        try await holder("a").perform("plan", elseThrow: "Held.") { _, _ in
            let other = holder("b")
            await #expect {
                try await other.perform("plan", elseThrow: "Held by another.") { _, _ in
                    _ = Issue.record("worked without the lease")
                }
            } throws: { ($0 as? MsgError)?.code == .leaseHeld && ($0 as? MsgError)?.message == "Held by another." }
            return
        }
    }

    @Test func workThatFailsGivesItBackAndKeepsItsError() async throws {
        await #expect(throws: Broken.self) {
            try await holder().perform("plan", elseThrow: "Held.") { _, _ in throw Broken() }
        }
        #expect(leases.held == nil)
    }

    @Test func renewingExtendsIt() async throws {
        try await holder().perform("plan", elseThrow: "Held.") { lease, renew in
            clock.advance(by: .seconds(50))
            let renewed = try await renew(lease)
            #expect(renewed.fencingToken == lease.fencingToken)
            #expect(renewed.expiresAt == clock.now.later(by: LeaseHolder.lifetime))
        }
    }

    @Test func whoLostItLearnsSoAndStops() async throws {
        await #expect {
            try await holder().perform("plan", elseThrow: "Taken over.") { lease, renew in
                leases.lose()
                _ = try await renew(lease)
                Issue.record("went on without the lease")
            }
        } throws: { ($0 as? MsgError)?.code == .leaseHeld }
    }

    @Test func whoseLeaseExpiredIsFollowedByAnother() async throws {
        try await holder("a").perform("plan", elseThrow: "Held.") { first, _ in
            clock.advance(by: LeaseHolder.lifetime)
            try await holder("b").perform("plan", elseThrow: "Held.") { second, _ in
                #expect(second.fencingToken > first.fencingToken)
            }
        }
    }
}
