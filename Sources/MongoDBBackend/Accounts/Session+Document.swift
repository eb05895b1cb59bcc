import Foundation
import MsgKit

extension Session {
    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .sessions)
        self.init(
            id: try reader.required("_id", try reader.id("_id")),
            user: try reader.required("user", try reader.id("user")),
            createdAt: try reader.required("createdAt", try reader.date("createdAt")),
            client: SessionClient(
                address: try reader.string("address"), userAgent: try reader.string("userAgent")),
            grant: try RefreshGrant(reader))
    }

    /// `endedAt` is when it ends or was ended, whichever comes first.
    var document: BSONDocument {
        var document: BSONDocument = [
            "_id": .id(id), "user": .id(user), "createdAt": .date(createdAt), "tokenId": .string(grant.tokenID),
            "issuedAt": .date(grant.issuedAt), "expiresAt": .date(grant.expiresAt), "endedAt": .date(grant.expiresAt),
        ]
        document.append("address", client.address) { .string($0) }
        document.append("userAgent", client.userAgent) { .string($0) }
        return document
    }
}

extension RefreshGrant {
    init(_ reader: DocumentReader) throws {
        self.init(
            tokenID: try reader.required("tokenId", try reader.string("tokenId")),
            issuedAt: try reader.required("issuedAt", try reader.date("issuedAt")),
            expiresAt: try reader.required("expiresAt", try reader.date("expiresAt")))
    }
}
