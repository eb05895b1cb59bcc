import SocketIO

/// A cluster whose other servers never say anything.
struct SilentCluster: ClusterAdapter {
    func start(receive: @escaping @Sendable (ClusterMessage) -> Void) -> @Sendable () -> Void { {} }
    func publish(_ message: ClusterMessage) {}
    func peerCount() async -> Int { 2 }
}
