import Foundation
import MsgKit

/// The stretches of one conversation.
struct MessageListing {
    private enum Direction {
        case older, newer
    }

    let conversation: Conversation.ID
    let limit: Int
    let connection: MongoConnection

    func page(_ cursor: MessageCursor) throws -> MessagePage {
        switch cursor {
        case .newest:
            let found = try stretch(.older)
            return MessagePage(messages: found.messages.reversed(), hasOlder: found.hasMore, hasNewer: false)
        case .before(let id):
            let place = try place(of: id)
            let found = try stretch(.older, than: place)
            let newer =
                if let last = found.messages.first {
                    try exists(.newer, than: MessagePlace(last))
                } else {
                    try exists(.newer, than: place, orAt: true)
                }
            return MessagePage(messages: found.messages.reversed(), hasOlder: found.hasMore, hasNewer: newer)
        case .after(let id):
            let place = try place(of: id)
            let found = try stretch(.newer, than: place)
            let older =
                if let first = found.messages.first {
                    try exists(.older, than: MessagePlace(first))
                } else {
                    try exists(.older, than: place, orAt: true)
                }
            return MessagePage(messages: found.messages, hasOlder: older, hasNewer: found.hasMore)
        }
    }

    private func place(of id: Message.ID) throws -> MessagePlace {
        let found = try connection.first(
            in: .messages, ["_id": .id(id), "conversation": .id(conversation)], projection: ["createdAt": 1])
        guard let found else {
            throw MsgError(.messageNotFound, "There is no such message in this conversation.")
        }
        return MessagePlace(
            createdAt: try DocumentReader(found, in: .messages).date("createdAt") ?? id.instant, id: id)
    }

    private func stretch(
        _ direction: Direction, than place: MessagePlace? = nil
    ) throws -> (messages: [Message], hasMore: Bool) {
        let sign: BSON = direction == .older ? -1 : 1
        var messages: [Message] = []
        var seen = 0
        while true {
            let found = try connection.find(
                in: .messages, condition(direction, than: place),
                FindOptions(sort: ["createdAt": sign, "_id": sign], limit: limit + 1, skip: seen))
            messages += try connection.readable(found) { try Message($0) }
            seen += found.count
            // What can't be read is made up for by what comes after it, so that no page has a hole or is the last
            // before its time.
            guard found.count > limit, messages.count <= limit else {
                return (Array(messages.prefix(limit)), messages.count > limit)
            }
        }
    }

    private func exists(_ direction: Direction, than place: MessagePlace, orAt: Bool = false) throws -> Bool {
        try connection.first(
            in: .messages, condition(direction, than: place, orAt: orAt), projection: ["_id": 1]) != nil
    }

    /// The first of the two conditions on the instant bounds the part of the index that is read; the second leaves out
    /// those of the same instant that come on the other side.
    private func condition(
        _ direction: Direction, than place: MessagePlace?, orAt: Bool = false
    ) -> BSONDocument {
        var condition: BSONDocument = ["conversation": .id(conversation), "isDeleted": ["$ne": true]]
        guard let place else { return condition }
        let at = BSON.date(place.createdAt)
        let (bound, beyond, beside) = direction == .older ? ("$lte", "$lt", "$lt") : ("$gte", "$gt", "$gt")
        condition.append("createdAt", .document([bound: at]))
        let other = orAt ? beside + "e" : beside
        condition.append(
            "$or", [["createdAt": .document([beyond: at])], ["_id": .document([other: .id(place.id)])]])
        return condition
    }
}
