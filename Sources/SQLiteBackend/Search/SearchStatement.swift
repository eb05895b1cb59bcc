import GRDB
import MsgKit

/// A search as SQL. The full-text table leads: what doesn't match is not looked at.
struct SearchStatement {
    /// The content of one document with its matched words marked; its arguments are an expression and the document.
    static let highlighted =
        "SELECT highlight(messages_fts, 0, char(2), char(3)) FROM messages_fts WHERE messages_fts MATCH ? AND rowid = ?"

    /// What is searched, from `FROM` on.
    let matching: String
    let arguments: SQLArguments

    init(_ query: MessageQuery, _ expression: SearchExpression) {
        var conditions = [
            "messages_fts MATCH ?", "documents.conversation IN (SELECT value FROM json_each(?))",
        ]
        var arguments: SQLArguments = [
            expression.scoped(to: query.conversations), query.conversations.json(),
        ]
        if let sender = query.sender {
            conditions.append("documents.sender = ?")
            arguments += [sender]
        }
        if let from = query.from {
            conditions.append("documents.createdAt >= ?")
            arguments += [from.stored]
        }
        if let to = query.to {
            conditions.append("documents.createdAt < ?")
            arguments += [to.stored]
        }
        matching = """
            FROM messages_fts CROSS JOIN search_documents AS documents ON documents.doc = messages_fts.rowid
            WHERE \(conditions.joined(separator: " AND "))
            """
        self.arguments = arguments
    }

    /// A page of documents, the best first; takes a limit and an offset besides. The conversation's column weighs
    /// nothing: it only narrows.
    var ranked: String {
        """
        SELECT documents.doc, documents.message, bm25(messages_fts, 1.0, 0.0) AS rank \(matching)
        ORDER BY rank, documents.createdAt DESC, documents.message DESC LIMIT ? OFFSET ?
        """
    }
}
