import Foundation
import MsgKit

/// Has those who change accounts as administrators do so one after the other, in any number of processes: what one of
/// them is and what they do to another are two documents, and nothing here changes two in one step.
///
/// A turn ends by itself, by the server's clock, after which nothing can be changed in it any more: so one who is slow
/// or dead delays the others, and harms nothing.
struct AdministrationTurn: Sendable {
    /// What can be changed in a turn, and until when.
    struct Turn {
        fileprivate let mark: BSON
        fileprivate let end: BSON

        /// What the document of the turn's last write has to fulfil; true of any while the turn lasts.
        var isNotOver: BSONDocument { ["$expr": ["$gt": [end, "$$NOW"]]] }
    }

    private static let document: BSONDocument = ["_id": "administration"]
    /// Milliseconds that a turn lasts at most; it takes a few.
    private static let lifetime: Int32 = 5_000
    /// For how long to wait for a turn: longer than one that nobody ends.
    private static let patience = Duration.seconds(7)

    let database: MongoDatabase

    /// That somebody else's turn took too long, or one's own did.
    static var isTaken: MsgError {
        MsgError(.serverBusy, "Other administrators change accounts at this moment; try again.")
    }

    /// Waits for a turn, and works in it.
    /// - Parameter body: makes one change, on the condition ``Turn/isNotOver``.
    /// - Throws: ``ErrorCode/serverBusy`` when there was no turn, and what the body throws.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (MongoConnection, Turn) throws -> Value
    ) async throws -> Value {
        let end = ContinuousClock.now + Self.patience
        while true {
            let value = try await database.perform { connection -> Value? in
                guard let turn = try Self.begin(connection) else { return nil }
                // One that can't be ended ends by itself.
                defer { try? Self.finish(turn, connection) }
                return try body(connection, turn)
            }
            if let value { return value }
            guard .now < end else { throw Self.isTaken }
            try await Task.sleep(for: .milliseconds(Int.random(in: 10...40)))
        }
    }

    /// Takes the turn if it is nobody's; nil when it is.
    private static func begin(_ connection: MongoConnection) throws -> Turn? {
        let mark = BSON.int64(Int64.random(in: .min ... .max))
        let isFree: BSON = ["$lte": [["$ifNull": ["$until", .date(0)]], "$$NOW"]]
        let taking: BSON = [
            [
                "$set": [
                    "by": ["$cond": [isFree, mark, "$by"]],
                    "until": ["$cond": [isFree, ["$add": ["$$NOW", .int32(lifetime)]], "$until"]],
                ]
            ]
        ]
        do {
            let taken = try connection.findAndUpdate(in: .meta, document, taking, isUpsert: true)
            guard let taken, taken["by"] == mark, let end = taken["until"] else { return nil }
            return Turn(mark: mark, end: end)
        } catch let error as MsgError where error.isDuplicateKey {
            // The first turn of all, taken by two at once.
            return nil
        }
    }

    private static func finish(_ turn: Turn, _ connection: MongoConnection) throws {
        _ = try connection.updateOne(
            in: .meta, document.appending("by", turn.mark), ["$set": ["until": .date(0)]])
    }
}
