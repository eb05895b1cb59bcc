extension Migration {
    static let search = Migration(
        version: 5, name: "search",
        statements: """
            -- What the full-text tables are about. A rebuild writes its rows under a generation of its own.
            CREATE TABLE search_documents (
                doc INTEGER PRIMARY KEY AUTOINCREMENT,
                generation INTEGER NOT NULL,
                message TEXT NOT NULL CHECK (length(message) = 24),
                conversation TEXT NOT NULL,
                sender TEXT NOT NULL,
                createdAt INTEGER NOT NULL,
                updatedAt INTEGER NOT NULL,
                -- As written; the full-text tables hold it folded.
                content TEXT NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX search_documents_message ON search_documents (generation, message);

            CREATE TABLE search_state (
                key INTEGER PRIMARY KEY CHECK (key = 1),
                formatVersion INTEGER NOT NULL,
                -- The live rows of search_documents.
                generation INTEGER NOT NULL,
                -- Those of a rebuild that is under way.
                building INTEGER,
                -- How far the live index has followed the messages.
                position TEXT
            ) STRICT;
            INSERT INTO search_state (key, formatVersion, generation) VALUES (1, 1, 1);

            CREATE VIRTUAL TABLE messages_fts USING fts5 (
                content, conversation, content = 'search_documents', content_rowid = 'doc',
                tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
            );
            """)

    static let resumableRebuild = Migration(
        version: 6, name: "resumable-rebuild",
        statements: """
            -- Of the rebuild that is under way: the version that makes it, and the position it was begun at.
            ALTER TABLE search_state ADD COLUMN buildingFormat INTEGER;
            ALTER TABLE search_state ADD COLUMN buildingPosition TEXT;
            """)

    static let analytics = Migration(
        version: 7, name: "analytics",
        statements: """
            ALTER TABLE search_documents ADD COLUMN messageType TEXT NOT NULL DEFAULT 'user';
            CREATE INDEX search_documents_created
                ON search_documents (generation, createdAt, sender, conversation, messageType);
            """)
}
