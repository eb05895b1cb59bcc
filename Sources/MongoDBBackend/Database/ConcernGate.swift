import MsgKit
import Synchronization

/// Stands before every call until the servers have shown that they can confirm writes as the URL wants: they say that
/// they can't only once they have written, and whoever is told that something failed would find it stored.
final class ConcernGate: Sendable {
    /// Enough for an answer; how long the confirmation itself takes tells nothing of the URL.
    private static let patience = Duration.milliseconds(500)

    private let isPassed: Atomic<Bool>

    init(_ uri: MongoURI) {
        isPassed = Atomic(!uri.isConcernSpecial)
    }

    /// - Throws: ``ErrorCode/configuration``, once it is explained, when the servers never confirm that; what the
    ///   connection throws.
    func pass(_ connection: MongoConnection) throws {
        guard !isPassed.load(ordering: .relaxed) else { return }
        do {
            try connection.until(min(connection.deadline, .now + Self.patience)).confirmNothing()
        } catch let error as MsgError {
            guard let failure = error.cause as? MongoFailure else { throw error }
            if failure.isBadValue { throw MsgError(failure.asConcern) }
            // Members that are slow or away are another matter; the mode is known.
            guard failure.isUnconfirmed, failure.refusal == nil else { throw error }
        }
        isPassed.store(true, ordering: .relaxed)
    }
}
