import MsgKit

/// A store of who is online.
public protocol PresenceUnderTest: BackendUnderTest {
    var presence: any PresenceStore { get }
}
