import Foundation
import MsgKit

/// People who join a group, as one step on its document.
struct Joining {
    private let users: [User.ID]
    private let instant: Date

    init(users: [User.ID], instant: Date) {
        var seen: Set<User.ID> = []
        self.users = users.filter { seen.insert($0).inserted }
        self.instant = instant
    }

    /// That the group would not have too many people.
    var condition: BSON {
        [
            "$lte": [
                ["$size": ["$setUnion": ["$participants", .ids(users)]]],
                .int32(Int32(Conversation.maximumParticipants)),
            ]
        ]
    }

    /// Adds those who don't take part, in their order, and since when they do.
    var change: BSON {
        let added: BSON = [
            "$filter": [
                "input": .ids(users), "as": "user", "cond": ["$not": [["$in": ["$$user", "$participants"]]]],
            ]
        ]
        let isAny: BSON = ["$gt": [["$size": "$joiningNow"], 0]]
        let joined: BSON = [
            "$map": ["input": "$joiningNow", "as": "user", "in": ["user": "$$user", "at": .date(instant)]]
        ]
        return [
            ["$set": ["joiningNow": added]],
            [
                "$set": [
                    "participants": ["$concatArrays": ["$participants", "$joiningNow"]],
                    "joined": ["$concatArrays": [["$ifNull": ["$joined", []]], joined]],
                    "membership": ["$add": [["$ifNull": ["$membership", 0]], ["$cond": [isAny, 1, 0]]]],
                    "updatedAt": ["$cond": [isAny, .date(instant), "$updatedAt"]],
                ]
            ],
            ["$unset": "joiningNow"],
        ]
    }

    /// What was said from the instant on is unread by those who joined then, be it stored before they did.
    func catchUp(in conversation: Conversation.ID, _ connection: MongoConnection) throws {
        _ = try connection.update(
            users.map { user in
                MongoConnection.Update(
                    filter: [
                        "conversation": .id(conversation), "createdAt": ["$gte": .date(instant)],
                        "isDeleted": ["$ne": true], "sender": ["$ne": .id(user)], "readBy.user": ["$ne": .id(user)],
                    ],
                    change: ["$addToSet": ["unreadBy": .id(user)]], isMany: true)
            }, in: .messages)
    }
}
