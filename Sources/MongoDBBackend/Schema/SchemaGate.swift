import Foundation
import Logging
import MsgKit

/// Stands before every call until the database has this program's schema. The first call that reaches the servers
/// makes it, when there is little to change; the others wait for that.
///
/// Unchecked because the compiler can't see it: everything that changes is touched under the condition's lock alone.
final class SchemaGate: @unchecked Sendable {
    /// How long making a schema may take when nobody asked for it.
    private static let limit = Duration.seconds(60)
    /// How long a refusal is believed without another look.
    private static let memory = Duration.seconds(1)

    private enum Verdict {
        case passed(identity: String)
        case refused(MsgError, until: ContinuousClock.Instant)
    }

    private let migrator: Migrator
    private let limit: Int
    private let condition = NSCondition()
    private var verdict: Verdict?
    private var isLooking = false

    init(limit: Int, clock: any WallClock, logger: Logger) {
        migrator = Migrator(clock: clock, logger: logger)
        self.limit = limit
    }

    /// Which store this is; nil before the first call has passed.
    var identity: String? {
        condition.withLock { if case .passed(let identity)? = verdict { identity } else { nil } }
    }

    /// The database is another one now: the next call looks again.
    func forget() { condition.withLock { verdict = nil } }

    /// Returns when the database has the schema; blocks its thread while another one makes it.
    /// - Throws: ``ErrorCode/unavailable`` when it has to be made by `msgctl migrate`, ``ErrorCode/configuration`` when
    ///   it is newer than this program; what the connection throws.
    func pass(_ connection: MongoConnection) throws {
        guard try needsLook(until: connection.deadline) else { return }
        let found = Result { try look(connection.until(.now + Self.limit)) }
        condition.withLock {
            isLooking = false
            switch found {
            case .success(let identity): verdict = .passed(identity: identity)
            case .failure(let error):
                verdict = .refused(MsgError(wrapping: error), until: .now + Self.memory)
            }
            condition.broadcast()
        }
        _ = try found.get()
    }

    /// Whether the caller has to look; false when the schema is there.
    private func needsLook(until deadline: ContinuousClock.Instant) throws -> Bool {
        try condition.withLock {
            while true {
                if !isLooking || verdict != nil {
                    switch verdict {
                    case .passed?: return false
                    case .refused(let error, let until)?:
                        if until > .now { throw error }
                    case nil: break
                    }
                    if !isLooking {
                        verdict = nil
                        isLooking = true
                        return true
                    }
                }
                let left = deadline - .now
                guard left > .zero else { throw MsgError.late }
                _ = condition.wait(until: Date(timeIntervalSinceNow: left.seconds))
            }
        }
    }

    /// So much is only changed when somebody asks for it.
    static func tooLarge(_ database: String, documents: Int) -> MsgError {
        MsgError(
            .unavailable, "The database \(database) has an older schema and \(documents) documents; run msgctl migrate."
        )
    }

    /// Looks at the schema, makes it when that is little work, and returns the store's identity.
    private func look(_ connection: MongoConnection) throws -> String {
        let state = try migrator.state(connection)
        try migrator.check(state, of: connection.database)
        if state.version == migrator.currentVersion, let identity = state.identity { return identity }
        let size = try migrator.size(connection)
        guard size <= limit else { throw Self.tooLarge(connection.database, documents: size) }
        let applied = try migrator.apply(connection)
        migrator.logger.info("the schema was made", metadata: ["steps": "\(applied.joined(separator: " "))"])
        guard let identity = try migrator.state(connection).identity else {
            throw MsgError(.internalError, "Something went wrong on the server.")
        }
        return identity
    }
}
