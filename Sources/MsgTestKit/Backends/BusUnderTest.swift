import MsgKit

/// A way for processes to reach each other's sockets.
public protocol BusUnderTest: BackendUnderTest {
    var bus: any EventBus { get }
}
