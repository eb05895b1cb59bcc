import MsgKit

/// A cache of answers.
public protocol CacheUnderTest: BackendUnderTest {
    var cache: any ResponseCache { get }
}
