import MsgKit

/// Who is online, who may do what alone, and how events reach other processes.
struct CacheEngine: Sendable {
    var presence: any PresenceStore
    var leases: any LeaseStore
    var bus: any EventBus
    var probe: any HealthProbe
}
