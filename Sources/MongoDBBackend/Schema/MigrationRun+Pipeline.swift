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
}
