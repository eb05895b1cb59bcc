import GRDB
import MsgKit

/// What an index holds of one message.
struct SearchDocument {
    let doc: Int64
    let content: String
    let conversation: String
    private let updatedAt: Int64

    /// Those of some messages that one generation of the index holds.
    static func stored(
        _ ids: some Collection<Message.ID>, _ generation: Int64, in db: Database
    ) throws -> [Message.ID: SearchDocument] {
        guard !ids.isEmpty else { return [:] }
        let found = try db.all(
            """
            SELECT message, doc, content, conversation, updatedAt FROM search_documents
            WHERE generation = ? AND message IN (SELECT value FROM json_each(?))
            """, [generation, ids.json()]
        ) { row in
            let document = SearchDocument(
                doc: try row.value(1), content: try row.value(2), conversation: try row.value(3),
                updatedAt: try row.value(4))
            return (try row.id(0) as Message.ID, document)
        }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    /// Whether it is what the message says.
    func says(_ message: Message) -> Bool {
        updatedAt == message.updatedAt.stored && conversation == message.conversation.description
            && content.utf8.elementsEqual(message.content.utf8)
    }
}
