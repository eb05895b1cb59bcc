import CMongoC
import Logging
import Synchronization

/// The C library, which is set up once for the process.
enum MongoLibrary {
    /// Where its complaints go: the logger of the backend that was opened last.
    private static let logger = Mutex<Logger?>(nil)

    private static let initialized: Void = {
        mongoc_init()
        mongoc_log_set_handler(
            { level, domain, message, _ in
                let text = message.map { String(cString: $0) } ?? ""
                let domain = domain.map { String(cString: $0) } ?? ""
                MongoLibrary.log(level, "\(domain): \(text)")
            }, nil)
    }()

    static func open(logger newest: Logger) {
        _ = initialized
        logger.withLock { $0 = newest }
    }

    private static func log(_ level: mongoc_log_level_t, _ text: String) {
        let isComplaint =
            level == MONGOC_LOG_LEVEL_ERROR || level == MONGOC_LOG_LEVEL_CRITICAL || level == MONGOC_LOG_LEVEL_WARNING
        logger.withLock { $0 }?.log(level: isComplaint ? .warning : .debug, "\(text)")
    }
}
