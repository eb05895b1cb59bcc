import Logging
import MsgTestKit

/// Notes what is logged, as one line each.
struct JournalLogHandler: LogHandler {
    let entries: Journal<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(_ entries: Journal<String>) { self.entries = entries }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted()
        entries.note("\(event.level) \(event.message) \(pairs.joined(separator: " "))")
    }
}
