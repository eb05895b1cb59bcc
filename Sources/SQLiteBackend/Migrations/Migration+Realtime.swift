extension Migration {
    static let realtime = Migration(
        version: 4, name: "realtime",
        statements: """
            CREATE TABLE nodes (
                id TEXT NOT NULL PRIMARY KEY,
                host TEXT NOT NULL,
                pid INTEGER NOT NULL,
                processStart TEXT NOT NULL,
                -- Until when its presence counts.
                expiresAt INTEGER NOT NULL,
                -- Until when events are written for it.
                subscribedUntil INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE presence (
                user TEXT NOT NULL,
                node TEXT NOT NULL,
                PRIMARY KEY (user, node)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX presence_node ON presence (node, user);

            CREATE TABLE events (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                origin TEXT NOT NULL,
                createdAt INTEGER NOT NULL,
                command TEXT NOT NULL
            ) STRICT;
            CREATE INDEX events_created ON events (createdAt);

            CREATE TABLE leases (
                name TEXT NOT NULL PRIMARY KEY,
                holder TEXT NOT NULL,
                holderHost TEXT NOT NULL,
                holderPid INTEGER NOT NULL,
                holderStart TEXT NOT NULL,
                fencingToken INTEGER NOT NULL,
                expiresAt INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
}
