extension Migration {
    static let sessionClients = Migration(
        version: 15, name: "session-clients",
        statements: """
            -- What a log-in came from; NULL for those before this step.
            ALTER TABLE sessions ADD COLUMN address TEXT;
            ALTER TABLE sessions ADD COLUMN userAgent TEXT;
            """)
}
