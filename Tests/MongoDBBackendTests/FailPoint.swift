import MsgKit
import Testing

@testable import MongoDBBackend

/// A place in the server where it holds up writes to a collection; there are such in servers that were started with
/// `enableTestCommands`.
struct FailPoint {
    let name: String
    let database: String
    var collection = MongoCollection.messages

    /// False when the server has none.
    func set(_ backend: MongoDBBackend) async throws -> Bool {
        do {
            try await configure("alwaysOn", backend)
            return true
        } catch let error as MsgError where error.code == .internalError {
            return false
        }
    }

    func release(_ backend: MongoDBBackend) async throws { try await configure("off", backend) }

    /// Returns when a write is held up.
    func untilReached(_ backend: MongoDBBackend) async throws {
        let condition = ChangeHorizon.isWrite(in: database)
        let limit = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < limit {
            let answer = try await backend.raw { connection in
                try connection.run(
                    [
                        "aggregate": 1, "cursor": [:],
                        "pipeline": [["$currentOp": ["allUsers": true]], ["$match": condition]],
                    ], on: "admin")
            }
            if case .document(let cursor)? = answer["cursor"], case .array(let found)? = cursor["firstBatch"],
                !found.isEmpty
            {
                return
            }
        }
        Issue.record("nothing was held up")
    }

    private func configure(_ mode: String, _ backend: MongoDBBackend) async throws {
        let command: BSONDocument = [
            "configureFailPoint": .string(name), "mode": .string(mode),
            "data": ["nss": .string("\(database).\(collection.rawValue)")],
        ]
        _ = try await backend.raw { try $0.run(command, on: "admin") }
    }
}
