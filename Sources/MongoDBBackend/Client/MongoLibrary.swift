import CMongoC
import Foundation
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
                // Each call that is refused tells of it, and is told of once.
                let isTold = domain == "cluster" && text.contains("authentication")
                MongoLibrary.log(isTold ? MONGOC_LOG_LEVEL_DEBUG : level, "\(domain): \(text)")
            }, nil)
    }()

    static func open(logger newest: Logger) {
        _ = initialized
        logger.withLock { $0 = newest }
    }

    /// Runs a body, and returns beside its result what the library complained of on this thread meanwhile, instead of
    /// having it logged: some of it the library's calls tell in no other way.
    static func collectingComplaints<Value>(_ body: () -> Value) -> (Value, complaints: [String]) {
        let id = pthread_self()
        collected.withLock { $0[id] = [] }
        let value = body()
        return (value, collected.withLock { $0.removeValue(forKey: id) } ?? [])
    }

    /// By thread.
    private static let collected = Mutex<[pthread_t: [String]]>([:])

    private static func log(_ level: mongoc_log_level_t, _ text: String) {
        let isComplaint =
            level == MONGOC_LOG_LEVEL_ERROR || level == MONGOC_LOG_LEVEL_CRITICAL || level == MONGOC_LOG_LEVEL_WARNING
        let isCollected = isComplaint && collected.withLock { $0[pthread_self()]?.append(text) != nil }
        guard !isCollected else { return }
        logger.withLock { $0 }?.log(level: isComplaint ? .warning : .debug, "\(text)")
    }

    /// Logs a complaint that was collected.
    static func complain(_ text: String) { logger.withLock { $0 }?.warning("\(text)") }
}
