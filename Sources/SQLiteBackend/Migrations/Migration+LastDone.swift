extension Migration {
    static let lastDone = Migration(
        version: 14, name: "last-done",
        statements: """
            -- When the last occurrence before the one in the row was due that was done.
            ALTER TABLE phase_runs ADD COLUMN earlierDone INTEGER;
            """)
}
