import MsgKit

/// A store of leases.
public protocol LeasesUnderTest: BackendUnderTest {
    var leases: any LeaseStore { get }
}
