extension Migration {
    static let accounts = Migration(
        version: 1, name: "accounts",
        statements: """
            CREATE TABLE users (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 24),
                username TEXT NOT NULL COLLATE NOCASE CHECK (username <> ''),
                email TEXT NOT NULL COLLATE NOCASE CHECK (email <> ''),
                password TEXT NOT NULL,
                avatar TEXT,
                role TEXT NOT NULL CHECK (role IN ('user', 'moderator', 'admin')),
                isActive INTEGER NOT NULL CHECK (isActive IN (0, 1)),
                autoMessages INTEGER NOT NULL CHECK (autoMessages IN (0, 1)),
                timezone TEXT,
                lastSeen INTEGER,
                createdAt INTEGER NOT NULL,
                updatedAt INTEGER NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX users_username ON users (username);
            CREATE UNIQUE INDEX users_email ON users (email);
            CREATE INDEX users_active ON users (isActive, username, id);
            -- Whom planning may pair, in the order in which it reads them.
            CREATE INDEX users_candidates ON users (id, username) WHERE isActive = 1 AND autoMessages = 1;

            CREATE TABLE sessions (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 24),
                user TEXT NOT NULL REFERENCES users (id),
                createdAt INTEGER NOT NULL,
                tokenId TEXT NOT NULL,
                issuedAt INTEGER NOT NULL,
                expiresAt INTEGER NOT NULL,
                revokedAt INTEGER
            ) STRICT;
            CREATE INDEX sessions_user ON sessions (user) WHERE revokedAt IS NULL;
            CREATE INDEX sessions_ended ON sessions (min(expiresAt, coalesce(revokedAt, expiresAt)));

            -- The refresh tokens that were spent a short while ago, each with the successor that was given for it.
            CREATE TABLE spent_tokens (
                session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                tokenId TEXT NOT NULL,
                spentAt INTEGER NOT NULL,
                successor TEXT NOT NULL,
                issuedAt INTEGER NOT NULL,
                expiresAt INTEGER NOT NULL,
                PRIMARY KEY (session, tokenId)
            ) STRICT, WITHOUT ROWID;
            """)
}
