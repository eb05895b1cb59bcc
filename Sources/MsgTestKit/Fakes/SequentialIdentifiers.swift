import MsgKit
import Synchronization

/// Ids that count up from 1, so that a test knows them beforehand.
public final class SequentialIdentifiers: IdentifierGenerator {
    private let series: UInt64
    private let count: Atomic<UInt32>

    /// Generators of different series never give the same id; ids of a greater series sort later.
    public init(series: UInt32 = 0) {
        self.series = UInt64(series)
        count = Atomic(0)
    }

    public func next<Entity>(_ type: Entity.Type) -> Identifier<Entity> {
        Identifier(high: series, low: count.wrappingAdd(1, ordering: .relaxed).newValue)
    }
}
