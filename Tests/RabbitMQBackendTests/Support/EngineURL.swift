import Foundation
import MsgKit

/// The servers that tests may use, as the environment names them.
enum EngineURL {
    static let rabbitMQ = ProcessInfo.processInfo.environment["MSGCTL_TEST_RABBITMQ_URL"].map { Secret($0) }
}
