import MsgKit

/// Who is online, who may do what alone, and how events reach other processes.
struct CacheEngine: Sendable {
    var presence: any PresenceStore
    var leases: any LeaseStore
    var bus: any EventBus
    var rateLimiter: any RateLimiter
    /// Says when the bus may have lost something; nil when it does not.
    var losses: (any BusLosses)?
    /// Where servers of another make ask about this process's sockets; nil where none can be.
    var peers: (any PeerRequests)?
    var probe: any HealthProbe
}
