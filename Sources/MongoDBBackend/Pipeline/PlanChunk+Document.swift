import Foundation
import MsgKit

extension PlanChunk {
    static func key(_ number: Int, of plan: Plan.ID) -> BSONDocument {
        ["_id": ["plan": .id(plan), "number": .int64(Int64(number))]]
    }

    /// The sign tells whose it is, so that only its own writer takes it back.
    func document(in plan: Plan.ID, sign: BSON) -> BSONDocument {
        var document = Self.key(number, of: plan)
        document.append("plan", .id(plan))
        document.append("last", users.last) { .id($0) }
        document.append("users", .binary([UInt8](userBytes)))
        document.append("places", .binary([UInt8](placeBytes)))
        document.append("addition", sign)
        return document
    }

    /// - Throws: ``ErrorCode/internalError`` when it is damaged.
    init(_ document: BSONDocument, number: Int, of plan: Plan.ID) throws {
        guard case .binary(let users)? = document["users"], case .binary(let places)? = document["places"],
            let chunk = PlanChunk(number: number, users: Data(users), places: Data(places))
        else { throw PlanChunk.damaged(number, of: plan) }
        self = chunk
    }
}
