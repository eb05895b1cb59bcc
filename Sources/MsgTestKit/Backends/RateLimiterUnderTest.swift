import MsgKit

/// A way to count uses.
public protocol RateLimiterUnderTest: BackendUnderTest {
    var rateLimiter: any RateLimiter { get }
}
