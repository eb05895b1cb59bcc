import MsgKit

extension MigrationRun {
    /// Gives automatic messages the marks that they are found by, where they lack them.
    func completeAutoMessages() throws {
        for mark in ["isSent", "isQueued"] {
            try forEachBatch(in: .autoMessages, [mark: ["$exists": false]], fields: ["_id": 1]) { batch in
                _ = try connection.updateMany(
                    in: .autoMessages,
                    ["_id": ["$in": .array(batch.compactMap { $0["_id"] })], mark: ["$exists": false]],
                    ["$set": .document([mark: false])])
            }
        }
    }

    /// Drops what older versions kept of the users of a plan; it said nothing but that they were in it.
    func removePlanMembers() throws {
        do {
            _ = try connection.run(["drop": "planmembers"], isWrite: true)
        } catch let error as MsgError {
            guard let failure = error.cause as? MongoFailure, failure.code == Self.noCollection else { throw error }
        }
    }

    /// The server's code for a collection that is not there.
    private static let noCollection = 26
}
