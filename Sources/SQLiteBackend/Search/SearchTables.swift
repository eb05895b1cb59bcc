import Foundation
import GRDB
import MsgKit

/// The statements on the index's tables. To be called within a write.
///
/// A full-text table holds the folded words; what they are of lies in `search_documents`, which it is told about by
/// hand: SQLite needs the very text again to take it out.
enum SearchTables {
    /// Changes when folding or the tables' form does: an index of another version is built anew.
    static let formatVersion = 2

    static let live = "messages_fts"
    static let beside = "messages_fts_new"

    struct State {
        var formatVersion: Int
        var generation: Int64
        var building: Int64?
        var buildingFormat: Int?
        var buildingPosition: String?
        var position: String?

        /// The position, of an index of this version.
        var checkpoint: ChangePosition? {
            formatVersion == SearchTables.formatVersion ? position.map(ChangePosition.init(token:)) : nil
        }
    }

    static func state(in db: Database) throws -> State {
        let state = try db.first(
            """
            SELECT formatVersion, generation, building, buildingFormat, buildingPosition, position
            FROM search_state WHERE key = 1
            """
        ) {
            State(
                formatVersion: try $0.value(0), generation: try $0.value(1), building: $0[2] as Int64?,
                buildingFormat: $0[3] as Int?, buildingPosition: $0[4] as String?, position: $0[5] as String?)
        }
        guard let state else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "search_state has no row.")
        }
        return state
    }

    /// Makes an empty full-text table in place of one that is there.
    static func create(_ table: String, in db: Database) throws {
        try db.execute(
            sql: """
                DROP TABLE IF EXISTS \(table);
                CREATE VIRTUAL TABLE \(table) USING fts5 (
                    content, conversation, content = 'search_documents', content_rowid = 'doc',
                    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
                );
                """)
    }

    /// Puts messages in, each once, in place of what is there under their ids.
    static func store(
        _ messages: some Collection<Message>, in table: String, _ generation: Int64, _ db: Database
    ) throws {
        let documents = try SearchDocument.stored(messages.map(\.id), generation, in: db)
        for message in messages {
            if let document = documents[message.id] {
                if document.says(message) { continue }
                try remove(document, from: table, db)
            }
            try add(message, to: table, generation, db)
        }
    }

    /// Takes messages out; those that are not there don't matter.
    static func remove(
        _ ids: some Collection<Message.ID>, from table: String, _ generation: Int64, _ db: Database
    ) throws {
        for document in try SearchDocument.stored(ids, generation, in: db).values {
            try remove(document, from: table, db)
        }
    }

    private static func add(_ message: Message, to table: String, _ generation: Int64, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO search_documents
                (generation, message, conversation, sender, createdAt, updatedAt, messageType, content)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                generation, message.id, message.conversation, message.sender, message.createdAt.stored,
                message.updatedAt.stored, message.messageType.rawValue, message.content,
            ])
        try db.run(
            "INSERT INTO \(table) (rowid, content, conversation) VALUES (?, ?, ?)",
            [db.lastInserted, TextFolding.fold(message.content), message.conversation])
    }

    private static func remove(_ document: SearchDocument, from table: String, _ db: Database) throws {
        try db.run(
            "INSERT INTO \(table) (\(table), rowid, content, conversation) VALUES ('delete', ?, ?, ?)",
            [document.doc, TextFolding.fold(document.content), document.conversation])
        try db.run("DELETE FROM search_documents WHERE doc = ?", [document.doc])
    }

    /// Empties an index that another version made; its rows are removed later, in small writes.
    static func reset(_ state: State, in db: Database) throws -> State {
        try create(live, in: db)
        let generation = max(state.generation, state.building ?? 0) + 1
        try db.run(
            "UPDATE search_state SET formatVersion = ?, generation = ?, building = NULL, position = NULL WHERE key = 1",
            [formatVersion, generation])
        return State(formatVersion: formatVersion, generation: generation, building: nil, position: nil)
    }
}
