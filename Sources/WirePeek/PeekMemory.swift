/// What servers speak, each asked again only after a while: of many calls that fail for one reason one asks.
public actor PeekMemory {
    private static let lifetime = Duration.seconds(5)

    private var asked: [String: (answer: Task<SpokenProtocol?, Never>, until: ContinuousClock.Instant)] = [:]

    public init() {}

    public func spoken(host: String, port: Int) async -> SpokenProtocol? {
        let key = "\(host) \(port)"
        if let known = asked[key], known.until > .now { return await known.answer.value }
        let answer = Task { await WirePeek.spoken(host: host, port: port) }
        asked[key] = (answer, .now + Self.lifetime)
        return await answer.value
    }
}
