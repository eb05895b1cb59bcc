/// A value of a YAML file with the place it starts at.
struct YAMLNode: Sendable, Equatable {
    /// Line and column, both from 1; the column counts characters.
    struct Mark: Sendable, Equatable {
        var line: Int
        var column: Int
    }

    struct Entry: Sendable, Equatable {
        var key: String
        var mark: Mark
        var value: YAMLNode
    }

    indirect enum Content: Sendable, Equatable {
        /// Plain text is text without quotes, which may stand for a missing value.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// In the order of the file, each key once.
        case mapping([Entry])
    }

    var mark: Mark
    var content: Content

    /// Whether the value is left out: nothing, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
