import Crypto
import Foundation

/// What is counted: what is done, and by whom.
public struct RateLimitKey: Sendable, Hashable {
    /// What is limited; there are few.
    public let action: String
    /// Action and subject, at most 160 bytes.
    public let text: String

    /// - Parameters:
    ///   - action: what is limited, such as `login`.
    ///   - subject: by whom or from where; may be anything a client sent, of any length.
    public init(_ action: String, _ subject: String) {
        self.action = action
        if subject.utf8.count <= 64 {
            text = "\(action):\(subject)"
        } else {
            let hash = SHA256.hash(data: Data(subject.utf8))
            text = "\(action):sha256-\(hash.map { String($0, radix: 36) }.joined(separator: "."))"
        }
    }
}
