import MsgKit

/// Counts over messages.
public protocol AnalyticsUnderTest: BackendUnderTest {
    var analytics: any MessageAnalytics { get }

    /// Lets the analytics know messages, in place of what they know under their ids. A system of record stores them,
    /// with the people and conversations that they need; an index takes them in.
    func know(_ messages: [Message]) async throws
}
