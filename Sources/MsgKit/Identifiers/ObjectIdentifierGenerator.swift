import Foundation
import Synchronization

/// Ids by MongoDB's ObjectId recipe: four bytes of seconds, five random bytes per process, a three-byte counter that
/// starts at random. Ids of one process sort in the order they were made; two processes differ in the random part.
public final class ObjectIdentifierGenerator: IdentifierGenerator {
    private let clock: any WallClock
    private let process: UInt64
    private let counter: Atomic<UInt32>

    public init(clock: any WallClock = SystemClock()) {
        self.clock = clock
        process = UInt64.random(in: 0..<(1 << 40))
        counter = Atomic(UInt32.random(in: 0..<(1 << 24)))
    }

    public func next<Entity>(_ type: Entity.Type) -> Identifier<Entity> {
        let seconds = UInt32(truncatingIfNeeded: Int64(clock.now.timeIntervalSince1970))
        let count = counter.wrappingAdd(1, ordering: .relaxed).newValue & 0xff_ffff
        let high = UInt64(seconds) << 32 | process >> 8
        return Identifier(high: high, low: UInt32(process & 0xff) << 24 | count)
    }
}
