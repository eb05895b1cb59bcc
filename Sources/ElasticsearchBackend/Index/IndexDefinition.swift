import MsgKit

/// Settings and mapping of an index of messages.
struct IndexDefinition: Sendable {
    var shards: Int
    var replicas: Int?
    var refreshInterval: Duration

    /// What the engine is told when it makes an index.
    /// - Parameter buildAlias: an alias through which it is filled before anybody searches it, without refreshes and
    ///   replicas; nil for an index that goes live at once.
    func creation(buildAlias: String?) -> JSONValue {
        var settings: [String: JSONValue] = [
            "number_of_shards": .integer(Int64(shards)),
            "analysis": [
                "char_filter": [
                    "separators": [
                        "type": "mapping", "mappings": .array(FoldingRules.mappings.map(JSONValue.string)),
                    ],
                    "marks": [
                        "type": "pattern_replace", "pattern": .string(FoldingRules.dropped), "replacement": "",
                    ],
                ],
                "analyzer": [
                    "folded": [
                        "type": "custom", "char_filter": ["separators", "marks"], "tokenizer": "standard",
                        "filter": ["lowercase", "asciifolding"],
                    ]
                ],
            ],
        ]
        settings.merge(buildAlias == nil ? serving : Self.loading) { _, last in last }
        return [
            "settings": ["index": .object(settings)],
            "mappings": Self.mappings,
            "aliases": .object(buildAlias.map { [$0: [:]] } ?? [:]),
        ]
    }

    private static let loading: [String: JSONValue] = [
        "refresh_interval": "-1", "number_of_replicas": 0, "auto_expand_replicas": "false",
    ]

    /// The settings of an index that answers.
    var serving: [String: JSONValue] {
        var settings: [String: JSONValue] = ["refresh_interval": .string("\(refreshInterval.wholeMilliseconds)ms")]
        if let replicas {
            settings["number_of_replicas"] = .integer(Int64(replicas))
            settings["auto_expand_replicas"] = "false"
        } else {
            settings["auto_expand_replicas"] = "0-1"
        }
        return settings
    }

    /// The words' positions are left out: nothing asks for phrases. Prefixes are indexed under a field of their own,
    /// because the engine can't highlight a field whose prefixes are.
    private static let mappings: JSONValue = [
        "dynamic": "strict",
        "_meta": ["format": .integer(Int64(IndexNames.format))],
        "properties": [
            "id": ["type": "keyword"],
            "conversation": ["type": "keyword"],
            "sender": ["type": "keyword"],
            "messageType": ["type": "keyword"],
            "createdAt": ["type": "date", "format": "epoch_millis"],
            "updatedAt": ["type": "date", "format": "epoch_millis"],
            "content": [
                "type": "text", "analyzer": "folded", "index_options": "freqs",
                "fields": [
                    "prefix": [
                        "type": "text", "analyzer": "folded", "index_options": "docs", "norms": false,
                        "index_prefixes": ["min_chars": 1, "max_chars": 5],
                    ]
                ],
            ],
        ],
    ]
}
