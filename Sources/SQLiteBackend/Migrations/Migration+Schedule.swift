extension Migration {
    static let phaseRuns = Migration(
        version: 10, name: "phase-runs",
        statements: """
            CREATE TABLE phase_runs (
                phase TEXT NOT NULL PRIMARY KEY,
                occurrence INTEGER NOT NULL,
                outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'skipped')),
                fencingToken INTEGER NOT NULL,
                startedAt INTEGER NOT NULL,
                finishedAt INTEGER,
                node TEXT NOT NULL,
                note TEXT
            ) STRICT, WITHOUT ROWID;
            """)
}
