extension Migration {
    static let wishes = Migration(
        version: 9, name: "people's wishes",
        statements: """
            ALTER TABLE users ADD COLUMN pool TEXT NOT NULL DEFAULT 'default' CHECK (pool <> '');
            -- YYYY-MM-DD
            ALTER TABLE users ADD COLUMN pausedUntil TEXT;
            ALTER TABLE users ADD COLUMN weeklyLimit INTEGER CHECK (weeklyLimit BETWEEN 0 AND 7);
            -- Whom planning reads, in its order; nothing goes by the one that it replaces.
            DROP INDEX users_candidates;
            CREATE INDEX users_pool ON users (pool, id);

            CREATE TABLE user_exclusions (
                -- In the order of adding.
                key INTEGER PRIMARY KEY,
                user TEXT NOT NULL REFERENCES users (id),
                other TEXT NOT NULL REFERENCES users (id),
                createdAt INTEGER NOT NULL,
                UNIQUE (user, other),
                CHECK (user <> other)
            ) STRICT;
            """)
}
