import Testing

@testable import RabbitMQBackend

struct HeldDeliveriesTests {
    private let now = ContinuousClock.now

    private func hold(_ held: HeldDeliveries, _ tags: [UInt64], for duration: Duration) -> [String] {
        held.hold(tags.map { ($0, IncomingMessage(origin: .delivered(tag: $0))) }, until: now + duration).map(\.receipt)
    }

    @Test("a receipt settles its delivery once")
    func once() {
        let held = HeldDeliveries()
        let receipts = hold(held, [1, 2], for: .seconds(1))
        #expect(held.remove([receipts[0], "unknown"]).tags == [1])
        #expect(held.remove([receipts[0]]).tags == [])
        #expect(held.count == 1)
    }

    @Test("what is not settled in time is taken away, but not while it is being settled")
    func expiry() {
        let held = HeldDeliveries()
        let receipts = hold(held, [1, 2], for: .seconds(1))
        #expect(held.nextExpiry == now + .seconds(1))
        #expect(held.removeExpired(at: now) == [])
        #expect(held.claim(receipts[0]))
        #expect(!held.claim(receipts[0]), "one caller settles it")
        #expect(held.removeExpired(at: now + .seconds(1)) == [2])
        #expect(held.nextExpiry == nil)
        #expect(!held.claim(receipts[1]))
        held.unclaim(receipts[0])
        #expect(held.nextExpiry == now + .seconds(1))
        #expect(held.removeExpired(at: now + .seconds(2)) == [1])
        #expect(held.count == 0)
    }

    @Test("receipts of a lost connection are void, also when its numbers come again")
    func generations() {
        let held = HeldDeliveries()
        let before = hold(held, [1], for: .seconds(1))
        held.voidAll()
        let after = hold(held, [1], for: .seconds(1))
        #expect(before != after)
        #expect(held.remove(before).tags == [])
        #expect(held.remove(after).tags == [1])
        #expect(hold(HeldDeliveries(), [1], for: .seconds(1)) != after, "another process has other receipts")
    }
}
