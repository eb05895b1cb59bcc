import Foundation
import MsgKit

/// A refresh token that was spent, and what was given for it.
struct SpentToken {
    var tokenID: String
    var spentAt: Date
    var successor: RefreshGrant

    var document: BSONDocument {
        [
            "spentToken": .string(tokenID), "spentAt": .date(spentAt), "tokenId": .string(successor.tokenID),
            "issuedAt": .date(successor.issuedAt), "expiresAt": .date(successor.expiresAt),
        ]
    }

    /// What was given for a token of a session; nil when it was not spent since an instant.
    static func successor(
        of tokenID: String, spentSince oldest: Date, in session: BSONDocument
    ) throws -> RefreshGrant? {
        for spent in try DocumentReader(session, in: .sessions).readers("spent") {
            if try spent.string("spentToken") == tokenID, let at = try spent.date("spentAt"), at >= oldest {
                return try RefreshGrant(spent)
            }
        }
        return nil
    }
}
