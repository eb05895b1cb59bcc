import Foundation
import SocketIO

/// A cluster through whose wire messages go as JSON.
final class EncodingCluster: Sendable {
    static let shared = EncodingCluster()
    private let memory = InMemoryCluster()

    func adapter() -> any ClusterAdapter { Adapter(below: memory.adapter()) }

    private struct Adapter: ClusterAdapter {
        let below: any ClusterAdapter

        func start(receive: @escaping @Sendable (ClusterMessage) -> Void) -> @Sendable () -> Void {
            below.start(receive: receive)
        }
        func peerCount() async throws -> Int { try await below.peerCount() }

        func publish(_ message: ClusterMessage) {
            do {
                let bytes = try JSONEncoder().encode(message)
                below.publish(try JSONDecoder().decode(ClusterMessage.self, from: bytes))
            } catch {
                preconditionFailure("a message can't be encoded: \(error)")
            }
        }
    }
}
