extension ConfigurationKey {
    static let byPath = Dictionary(all.map { ($0.path, $0) }) { first, _ in first }

    static let bySection = Dictionary(grouping: all, by: \.section)

    /// What a pool may set.
    static let ofPools = all.filter { $0.assignInPool != nil }

    /// In the order of the table, with that of the pools at the end.
    static let sections =
        all.map(\.section).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } } + [
            ConfigurationPools.section
        ]

    static let byVariable = Dictionary(all.flatMap { key in key.variables.map { ($0, key) } }) { first, _ in first }
}
