extension Migration {
    static let pipeline = Migration(
        version: 3, name: "pipeline",
        statements: """
            CREATE TABLE plans (
                key INTEGER PRIMARY KEY,
                id TEXT NOT NULL CHECK (length(id) = 24),
                pool TEXT NOT NULL,
                date TEXT NOT NULL,
                -- Unsigned, in decimal.
                seed TEXT NOT NULL,
                users INTEGER NOT NULL,
                pairings INTEGER NOT NULL,
                messages INTEGER NOT NULL,
                leftOut INTEGER NOT NULL,
                lease TEXT NOT NULL,
                fencingToken INTEGER NOT NULL,
                createdAt INTEGER NOT NULL,
                completedAt INTEGER,
                -- Given up unfinished: no longer a plan, only rows that wait for their removal.
                isDropped INTEGER NOT NULL DEFAULT 0 CHECK (isDropped IN (0, 1))
            ) STRICT;
            CREATE UNIQUE INDEX plans_date ON plans (pool, date) WHERE isDropped = 0;
            CREATE UNIQUE INDEX plans_id ON plans (id) WHERE isDropped = 0;
            CREATE INDEX plans_dropped ON plans (key) WHERE isDropped = 1;

            CREATE TABLE plan_members (
                plan INTEGER NOT NULL REFERENCES plans (key),
                user TEXT NOT NULL,
                PRIMARY KEY (plan, user)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE automessages (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 24),
                plan INTEGER NOT NULL REFERENCES plans (key),
                content TEXT NOT NULL,
                senderId TEXT NOT NULL,
                receiverId TEXT NOT NULL,
                conversationId TEXT NOT NULL,
                sendDate INTEGER NOT NULL,
                isQueued INTEGER NOT NULL CHECK (isQueued IN (0, 1)),
                isSent INTEGER NOT NULL CHECK (isSent IN (0, 1)),
                queuedAt INTEGER,
                sentAt INTEGER,
                failedAt INTEGER,
                retryCount INTEGER NOT NULL,
                errorMessage TEXT,
                planDate TEXT NOT NULL,
                createdAt INTEGER NOT NULL,
                updatedAt INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX automessages_plan ON automessages (plan);
            CREATE INDEX automessages_due ON automessages (sendDate, id)
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 0;
            CREATE INDEX automessages_stale ON automessages (queuedAt)
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 1;

            CREATE TABLE queue_jobs (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE CHECK (length(id) = 24),
                -- The queue message as the contract has it.
                body TEXT NOT NULL,
                retryCount INTEGER NOT NULL,
                publishedAt INTEGER NOT NULL,
                availableAt INTEGER NOT NULL,
                -- While a worker has it.
                lockedUntil INTEGER,
                receipt TEXT,
                holderHost TEXT,
                holderPid INTEGER,
                holderStart TEXT
            ) STRICT;
            -- When a job may be given out next: when its lock ends, or else when it becomes available.
            CREATE INDEX queue_jobs_due ON queue_jobs (coalesce(lockedUntil, availableAt), seq);

            CREATE TABLE dead_letters (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 24),
                body TEXT NOT NULL,
                retryCount INTEGER NOT NULL,
                failedAt INTEGER NOT NULL,
                reason TEXT NOT NULL
            ) STRICT;
            CREATE INDEX dead_letters_failed ON dead_letters (failedAt, id);
            """)

    static let workers = Migration(
        version: 11, name: "workers",
        statements: """
            ALTER TABLE automessages ADD COLUMN replayedAt INTEGER;

            CREATE TABLE workers (
                node TEXT NOT NULL PRIMARY KEY,
                -- As JSON.
                report TEXT NOT NULL,
                seenAt INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)

    static let silentMessages = Migration(
        version: 12, name: "silent-messages",
        statements: """
            CREATE INDEX automessages_silent ON automessages (updatedAt, id)
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 1;
            """)
}
