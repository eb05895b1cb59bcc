/// The channels of Socket.IO's Redis adapter, for the namespace `/`.
struct BusChannels: Sendable {
    static let namespace = "/"

    private let key: String

    init(key: String) {
        self.key = key
    }

    /// What is sent to one room has a channel of its own, so that whoever has nobody there need not decode it.
    func broadcast(to rooms: [String]) -> String {
        let all = "\(key)#\(Self.namespace)#"
        return rooms.count == 1 ? all + rooms[0] + "#" : all
    }

    /// A glob that matches all channels of broadcasts.
    var broadcastPattern: String {
        let special: Set<Character> = ["*", "?", "[", "]", "\\"]
        let literal = "\(key)#\(Self.namespace)#".map { special.contains($0) ? "\\\($0)" : String($0) }.joined()
        return literal + "*"
    }

    var request: String { "\(key)-request#\(Self.namespace)#" }
    var response: String { "\(key)-response#\(Self.namespace)#" }
}
