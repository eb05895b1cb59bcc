import Foundation

/// Where the servers for tests are.
enum EngineURL {
    static let mongoDB = variable("MSGCTL_TEST_MONGODB_URL")
    static let mongoDBStandalone = variable("MSGCTL_TEST_MONGODB_STANDALONE_URL")

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
