extension Migration {
    static let requests = Migration(
        version: 13, name: "job-requests",
        statements: """
            -- What joins the log lines of who queued it and of who delivers it.
            ALTER TABLE queue_jobs ADD COLUMN request TEXT;
            """)
}
