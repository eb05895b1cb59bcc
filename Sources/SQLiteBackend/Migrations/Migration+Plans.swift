extension Migration {
    static let planChunks = Migration(
        version: 8, name: "plan-chunks",
        statements: """
            -- What became of every user of a plan. A plan that is being made is begun anew by the next process.
            CREATE TABLE plan_chunks (
                key INTEGER PRIMARY KEY,
                plan INTEGER NOT NULL REFERENCES plans (key),
                number INTEGER NOT NULL,
                -- The greatest id.
                last TEXT NOT NULL,
                -- Twelve bytes for each user, ascending, and four for what became of them.
                users BLOB NOT NULL,
                places BLOB NOT NULL,
                UNIQUE (plan, number)
            ) STRICT;
            DROP TABLE plan_members;
            -- The plan's settings and notes, JSON.
            ALTER TABLE plans ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE plans ADD COLUMN rested TEXT;
            CREATE INDEX plans_by_date ON plans (date DESC, pool) WHERE isDropped = 0;
            """)
}
