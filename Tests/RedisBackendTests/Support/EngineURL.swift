import Foundation

/// The engine that the tests use; without it those that need one are skipped.
enum EngineURL {
    /// A Redis server without a password.
    static let redis = ProcessInfo.processInfo.environment["MSGCTL_TEST_REDIS_URL"]

    static var hostAndPort: (host: String, port: Int)? {
        guard let redis, let parts = URLComponents(string: redis), let host = parts.host else { return nil }
        return (host, parts.port ?? 6379)
    }
}
