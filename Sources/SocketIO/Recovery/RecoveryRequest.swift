import NIOCore

/// What a client that comes back sends in the object of its CONNECT, beside what the application asks for.
struct RecoveryRequest: Sendable, Decodable {
    private static let maxLength = 128

    let pid: String?
    let offset: RecoveryOffset?

    private enum CodingKeys: String, CodingKey {
        case pid
        case offset
    }

    /// What is not a string of a possible length is as if it were not there: the fields may be the application's.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let pid = try? container.decode(String.self, forKey: .pid)
        self.pid = pid.flatMap { (1...Self.maxLength).contains($0.utf8.count) ? $0 : nil }
        offset = (try? container.decode(String.self, forKey: .offset)).flatMap(RecoveryOffset.init(text:))
    }
}
