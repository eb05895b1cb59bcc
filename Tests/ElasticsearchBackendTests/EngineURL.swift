import Foundation

/// Where the engines of the tests are.
enum EngineURL {
    static let elasticsearch = ProcessInfo.processInfo.environment["MSGCTL_TEST_ELASTICSEARCH_URL"]
}
