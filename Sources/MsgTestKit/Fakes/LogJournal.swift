import Logging

/// What is logged, for a test that looks at it: level, message and metadata as one line.
public struct LogJournal: LogHandler {
    public let lines: Journal<String>
    public var logLevel = Logger.Level.trace
    public var metadata: Logger.Metadata = [:]

    public init(_ lines: Journal<String>) {
        self.lines = lines
    }

    /// A logger whose lines come into the journal.
    public static func logger(_ lines: Journal<String>) -> Logger {
        Logger(label: "test") { _ in LogJournal(lines) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }.sorted { $0.key < $1.key }
        lines.note(
            (["\(event.level): \(event.message)"] + all.map { "\($0.key)=\($0.value)" }).joined(separator: " "))
    }
}
