/// What a source gives for one key.
struct ConfigurationInput: Sendable {
    enum Content: Sendable {
        /// From a variable or a flag, where a list is written with commas.
        case text(String)
        /// From the file.
        case scalar(String)
        case list([ConfigurationInput])
        case mapping
        case null
    }

    var origin: ConfigurationOrigin
    var content: Content

    init(_ content: Content, _ origin: ConfigurationOrigin) {
        self.origin = origin
        self.content = content
    }

    var isNull: Bool {
        if case .null = content { true } else { false }
    }

    /// The value of a file's node; `file` is the file as a whole.
    init(_ node: YAMLNode, in file: ConfigurationOrigin) {
        origin = file.at(node.mark)
        switch node.content {
        case _ where node.isNull: content = .null
        case .scalar(let text, _): content = .scalar(text)
        case .sequence(let nodes): content = .list(nodes.map { ConfigurationInput($0, in: file) })
        case .mapping: content = .mapping
        }
    }
}
