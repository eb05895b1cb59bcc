extension ConfigurationKey {
    static let byPath = Dictionary(all.map { ($0.path, $0) }) { first, _ in first }

    static let bySection = Dictionary(grouping: all, by: \.section)

    /// In the order of the table.
    static let sections = all.map(\.section).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }

    static let byVariable = Dictionary(all.flatMap { key in key.variables.map { ($0, key) } }) { first, _ in first }

    /// Keys that select an engine this build does not have, with the engine's name. Setting one is refused instead of
    /// being ignored, so nobody believes to be running on an engine they are not.
    private static let missingEngines = [
        "store.mongodb_uri": "MongoDB",
        "cache.redis_url": "Redis",
        "queue.rabbitmq_url": "RabbitMQ",
        "search.elasticsearch_url": "Elasticsearch",
    ]

    /// The engine that the key would select, when this build does not have it.
    public var missingEngine: String? { Self.missingEngines[path] }
}
