import Foundation
import MsgKit
import MsgTestKit
import Testing

struct ObjectIdentifierGeneratorTests {
    @Test func idsMadeAtTheSameTimeDiffer() async {
        let generator = ObjectIdentifierGenerator(clock: FakeClock())
        let ids = await withTaskGroup(of: [User.ID].self) { group in
            for _ in 0..<16 {
                group.addTask { (0..<2000).map { _ in generator.next(User.self) } }
            }
            return await group.reduce(into: Set<User.ID>()) { $0.formUnion($1) }
        }
        #expect(ids.count == 16 * 2000)
    }

    @Test func theFirstFourBytesAreTheSecond() {
        let clock = FakeClock(Date(timeIntervalSince1970: 0x6123_4567))
        let id = ObjectIdentifierGenerator(clock: clock).next(User.self)
        #expect(id.high >> 32 == 0x6123_4567)
    }

    @Test func laterSecondsSortLater() {
        let clock = FakeClock()
        let generator = ObjectIdentifierGenerator(clock: clock)
        var last = generator.next(Message.self)
        for _ in 0..<100 {
            clock.advance(by: .seconds(1))
            let next = generator.next(Message.self)
            #expect(last < next)
            last = next
        }
    }

    @Test func twoProcessesDifferInTheirRandomPart() {
        let clock = FakeClock()
        let first = ObjectIdentifierGenerator(clock: clock).next(User.self)
        let second = ObjectIdentifierGenerator(clock: clock).next(User.self)
        #expect(first.bytes[4..<9] != second.bytes[4..<9])
    }

    /// Neither traps: a machine whose clock is off still gives ids.
    @Test(arguments: [-1, -4_000_000_000, 0, 4_294_967_296, 253_402_300_799] as [Double])
    func aClockThatIsOffGivesIdsToo(second: Double) {
        let generator = ObjectIdentifierGenerator(clock: FakeClock(Date(timeIntervalSince1970: second)))
        #expect(generator.next(User.self) != generator.next(User.self))
    }
}
