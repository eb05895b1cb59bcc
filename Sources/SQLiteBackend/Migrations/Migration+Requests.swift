extension Migration {
    static let requests = Migration(
        version: 12, name: "request ids of jobs",
        statements: """
            -- What joins the log lines of who queued it and of who delivers it.
            ALTER TABLE queue_jobs ADD COLUMN request TEXT;
            """)
}
