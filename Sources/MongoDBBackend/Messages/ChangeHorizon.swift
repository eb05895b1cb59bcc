import Foundation
import MsgKit
import Synchronization

/// How far the order of changes is known to be complete.
final class ChangeHorizon: Sendable {
    /// Between two looks at the writes that are under way.
    private static let interval = Duration.milliseconds(10)
    /// How long a write is thought to take at most by a server that does not tell what is under way.
    private static let blindWait = Duration.seconds(1)

    private let database: MongoDatabase
    private let complete = Mutex<(store: String, token: ChangeToken)?>(nil)

    init(database: MongoDatabase) { self.database = database }

    /// Returns when no earlier change than one that was seen can come to light any more: what got its place before it
    /// began before it was seen, so it is enough that everything has ended that is under way now.
    func reach(_ seen: ChangeToken, in store: String) async throws {
        if let complete = complete.withLock({ $0 }), complete.store == store, seen <= complete.token { return }
        var waiting = try await writes()
        while waiting?.isEmpty == false {
            try await Task.sleep(for: Self.interval)
            let underWay = try await writes()
            waiting = underWay.flatMap { waiting?.intersection($0) }
        }
        if waiting == nil { try await Task.sleep(for: Self.blindWait) }
        complete.withLock { complete in
            if let known = complete, known.store == store, known.token > seen { return }
            complete = (store, seen)
        }
    }

    /// The numbers of the writes on messages that are under way; nil when the server does not tell. Of one's own user
    /// everybody may know them.
    private func writes() async throws -> Set<Int64>? {
        try await database.perform { connection in
            let command: BSONDocument = [
                "aggregate": 1, "cursor": ["batchSize": 10_000],
                "pipeline": [
                    ["$currentOp": ["allUsers": false, "idleConnections": false, "idleSessions": false]],
                    ["$match": Self.isWrite(in: connection.database)],
                    ["$project": ["opid": 1]],
                ],
            ]
            do {
                let answer = try connection.run(command, isLocal: true, on: "admin")
                guard let cursor = answer["cursor"], case .document(let found) = cursor,
                    case .array(let operations)? = found["firstBatch"]
                else { return nil }
                // More than the first batch holds would only make the waiting shorter than it has to be.
                guard found["id"]?.integer == 0 else { return nil }
                return Set(
                    operations.compactMap { operation in
                        if case .document(let document) = operation { document["opid"]?.integer } else { nil }
                    })
            } catch let error as MsgError where error.code == .internalError || error.isUnauthorized {
                return nil
            }
        }
    }

    /// Whether an operation that is under way writes messages. Of some commands the server names the collection only in
    /// the command, of the steps of others only beside it.
    static func isWrite(in database: String) -> BSON {
        let messages = BSON.string(MongoCollection.messages.rawValue)
        let commands: [BSON] = ["insert", "update", "findAndModify"].map { command in
            .document(["command.\(command)": messages, "command.$db": .string(database)])
        }
        let step: BSON = [
            "ns": .string("\(database).\(MongoCollection.messages.rawValue)"), "op": ["$in": ["insert", "update"]],
        ]
        return ["$or": .array(commands + [step])]
    }
}

extension MsgError {
    /// Whether a server refused something for want of a right.
    var isUnauthorized: Bool { (cause as? MongoFailure)?.code == 13 }
}
