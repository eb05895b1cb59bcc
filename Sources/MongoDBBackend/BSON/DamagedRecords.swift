import Logging
import MsgKit
import Synchronization

/// Leaves stored documents that can't be read out of what many are read for, and names each in the log once: what one
/// hand has damaged must not keep all else from being served.
final class DamagedRecords: Sendable {
    /// How many are remembered; once there are more, that is said and no further one is named.
    static let maximumNamed = 1_000

    private let logger: Logger
    private let named = Mutex<Set<String>>([])

    init(logger: Logger) { self.logger = logger }

    /// What can be read of some documents, in their order.
    /// - Throws: what `read` throws for another reason than damage.
    func readable<Value>(
        _ documents: some Sequence<BSONDocument>, _ read: (BSONDocument) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        for document in documents {
            do {
                values.append(try read(document))
            } catch let error as MsgError {
                guard let damage = error.cause as? DamagedDocument else { throw error }
                note(damage)
            }
        }
        return values
    }

    /// Names a damaged document, unless it was named before.
    func note(_ damage: DamagedDocument) {
        let key = "\(damage.collection)/\(damage.id ?? "")"
        let count: Int? = named.withLock { named in
            guard named.count <= Self.maximumNamed, named.insert(key).inserted else { return nil }
            return named.count
        }
        guard let count else { return }
        guard count <= Self.maximumNamed else {
            logger.warning("more stored records can't be read than are named; no further one is")
            return
        }
        logger.warning(
            "a stored record can't be read and is left out; mend or remove it",
            metadata: [
                "collection": "\(damage.collection)", "id": "\(damage.id ?? "no ObjectId")", "field": "\(damage.field)",
            ])
    }
}
