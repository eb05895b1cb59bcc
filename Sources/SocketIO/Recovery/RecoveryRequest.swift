/// What a client that comes back sends in the object of its CONNECT, beside what the application asks for.
struct RecoveryRequest: Sendable, Decodable {
    private static let maxLength = 128

    let pid: String?
    let offset: BroughtOffset

    private enum CodingKeys: String, CodingKey {
        case pid
        case offset
    }

    /// A `pid` that is not a string of a possible length is as if it were not there: the fields may be the application's.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let pid = try? container.decode(String.self, forKey: .pid)
        self.pid = pid.flatMap { (1...Self.maxLength).contains($0.utf8.count) ? $0 : nil }
        do {
            let text = try container.decodeIfPresent(String.self, forKey: .offset)
            offset = text.map { $0.utf8.count <= Self.maxLength ? .text($0) : .unusable } ?? .none
        } catch {
            offset = .unusable
        }
    }
}
