import CMongoC
import Synchronization

/// Of which replica sets the servers say they are, as the library hears it when it looks at them. It keeps that to
/// itself: servers of another set than the URL names are to it as if they were not there. One whose set is not made yet
/// counts as not heard of.
final class SetSightings: Sendable {
    /// The sets' names by host and port; empty of a server that is in none.
    private let sets = Mutex<[String: String]>([:])

    /// The names that were heard, each once; empty when no server has answered.
    var names: Set<String> { sets.withLock { Set($0.values) } }

    /// Has a pool tell what it hears. It must not outlive this object.
    func watch(_ pool: OpaquePointer) {
        guard let callbacks = mongoc_apm_callbacks_new() else { return }
        defer { mongoc_apm_callbacks_destroy(callbacks) }
        mongoc_apm_set_server_heartbeat_succeeded_cb(callbacks) { event in
            guard let event, let context = mongoc_apm_server_heartbeat_succeeded_get_context(event),
                let host = mongoc_apm_server_heartbeat_succeeded_get_host(event),
                let reply = mongoc_apm_server_heartbeat_succeeded_get_reply(event),
                let hello = try? BSONDecoder.decode(reply), hello["isreplicaset"] == nil
            else { return }
            let name = withUnsafePointer(to: host.pointee.host_and_port) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(cString: $0)
                }
            }
            Unmanaged<SetSightings>.fromOpaque(context).takeUnretainedValue()
                .sets.withLock { $0[name] = hello["setName"]?.text ?? "" }
        }
        mongoc_client_pool_set_apm_callbacks(pool, callbacks, Unmanaged.passUnretained(self).toOpaque())
    }
}
