import Logging
import MsgKit

extension MigrationRun {
    /// Gives users the keys that they are found and listed by.
    func completeUsers() throws {
        try completeKeys("usernameKey", from: "username")
        try completeKeys("emailKey", from: "email")
    }

    /// Of users whose names differ in letter case alone the oldest keeps the key; the others get one that nobody can
    /// ask for, so that they stay in listings and are found by id.
    private func completeKeys(_ key: String, from field: String) throws {
        try forEachBatch(
            in: .users, [key: ["$exists": false], field: ["$gt": ""]], fields: [field: 1]
        ) { batch in
            let updates = batch.compactMap { document -> MongoConnection.Update? in
                guard let id = document["_id"], let text = document[field]?.text else { return nil }
                return update(id, key, to: text.lowercased())
            }
            let taken = try connection.update(updates, in: .users).duplicates
            guard !taken.isEmpty else { return }
            let marked = taken.compactMap { index -> MongoConnection.Update? in
                guard updates.indices.contains(index), let id = updates[index].filter["_id"],
                    case .document(let change) = updates[index].change, case .document(let set)? = change["$set"],
                    let text = set[key]?.text
                else { return nil }
                return update(id, key, to: "\(text)#\(id.identifier(of: User.self)?.description ?? "")")
            }
            _ = try connection.update(marked, in: .users)
            let ids = marked.compactMap { $0.filter["_id"]?.identifier(of: User.self)?.description }
            logger.warning(
                "users share their \(field) with an older one, in any letter case; they are reached by id alone",
                metadata: ["users": "\(ids.joined(separator: " "))"])
        }
    }

    private func update(_ id: BSON, _ key: String, to value: String) -> MongoConnection.Update {
        MongoConnection.Update(
            filter: ["_id": id, key: ["$exists": false]], change: ["$set": .document([key: .string(value)])])
    }
}
