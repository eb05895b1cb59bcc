/// The tree of a YAML file, restricted to what a configuration needs.
///
/// One document; scalars, lists and mappings with text as keys; no anchors, aliases or tags, so a small file can't
/// stand for a large one; at most ``depthLimit`` levels.
struct YAMLDocument {
    /// Deeper nesting is refused. Real configuration has three levels.
    static let depthLimit = 16

    /// `nil` for an empty file or one that can't be read to its end.
    private(set) var root: YAMLNode?
    private(set) var complaints = ComplaintList()
    private let origin: ConfigurationOrigin

    init(_ bytes: [UInt8], origin: ConfigurationOrigin) {
        self.origin = origin
        bytes.withUnsafeBufferPointer { buffer in
            do throws(YAMLProblem) {
                var reader = try YAMLEventReader(borrowing: buffer)
                root = try document(&reader)
            } catch {
                report(error)
            }
        }
    }

    private mutating func report(_ problem: YAMLProblem) {
        var origin = origin
        if let mark = problem.mark { origin = origin.at(mark) }
        let path = problem.path.filter { !$0.isEmpty }.joined(separator: ".")
        complaints.add(
            Complaint(
                origin, keyPath: path.isEmpty ? nil : path, problem: problem.problem, remedy: problem.remedy))
    }

    private mutating func document(_ reader: inout YAMLEventReader) throws(YAMLProblem) -> YAMLNode? {
        var node: YAMLNode?
        var documents = 0
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamEnd:
                return node
            case .streamStart, .documentEnd:
                continue
            case .documentStart:
                documents += 1
                guard documents == 1 else {
                    throw YAMLProblem(
                        mark: event.mark, problem: "a second document starts here",
                        remedy: "keep one document in the file")
                }
            default:
                node = try value(event, &reader, path: [])
            }
        }
    }

    private mutating func value(
        _ event: YAMLEvent, _ reader: inout YAMLEventReader, path: [String]
    ) throws(YAMLProblem) -> YAMLNode {
        refuseDecorations(event, path: path)
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(mark: event.mark, content: .scalar(text, isPlain: isPlain))
        case .sequenceStart:
            return YAMLNode(mark: event.mark, content: .sequence(try sequence(event, &reader, path: path)))
        case .mappingStart:
            return YAMLNode(mark: event.mark, content: .mapping(try mapping(event, &reader, path: path)))
        default:
            // An alias, already complained of; the others can't stand where libyaml gives a value.
            return YAMLNode(mark: event.mark, content: .scalar("", isPlain: true))
        }
    }

    private mutating func sequence(
        _ start: YAMLEvent, _ reader: inout YAMLEventReader, path: [String]
    ) throws(YAMLProblem) -> [YAMLNode] {
        let path = try deeper(path, "", start)
        var nodes: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if event.kind == .sequenceEnd { return nodes }
            nodes.append(try value(event, &reader, path: path))
        }
    }

    private mutating func mapping(
        _ start: YAMLEvent, _ reader: inout YAMLEventReader, path: [String]
    ) throws(YAMLProblem) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var firstLines: [String: Int] = [:]
        while true {
            let event = try reader.next()
            if event.kind == .mappingEnd { return entries }
            guard case .scalar(let key, _) = event.kind else {
                report(
                    YAMLProblem(
                        mark: event.mark, path: path, problem: "a key that is not plain text",
                        remedy: "write a name and a colon"))
                let inner = try deeper(path, "", start)
                _ = try value(event, &reader, path: inner)
                _ = try value(try reader.next(), &reader, path: inner)
                continue
            }
            let inner = try deeper(path, key, start)
            refuseDecorations(event, path: inner)
            let node = try value(try reader.next(), &reader, path: inner)
            if let first = firstLines[key] {
                report(
                    YAMLProblem(
                        mark: event.mark, path: inner, problem: "given a second time, first on line \(first)",
                        remedy: "keep one of the two"))
            } else {
                firstLines[key] = event.mark.line
                entries.append(YAMLNode.Entry(key: key, mark: event.mark, value: node))
            }
        }
    }

    private func deeper(_ path: [String], _ step: String, _ event: YAMLEvent) throws(YAMLProblem) -> [String] {
        guard path.count < Self.depthLimit else {
            throw YAMLProblem(
                mark: event.mark, problem: "more than \(Self.depthLimit) levels of nesting",
                remedy: "write sections, keys and lists only")
        }
        return path + [step]
    }

    private mutating func refuseDecorations(_ event: YAMLEvent, path: [String]) {
        if event.kind == .alias {
            report(
                YAMLProblem(
                    mark: event.mark, path: path, problem: "an alias (*name), which is not supported here",
                    remedy: "write the value out"))
        }
        if event.hasAnchor {
            report(
                YAMLProblem(
                    mark: event.mark, path: path, problem: "an anchor (&name), which is not supported here",
                    remedy: "remove it and write the value wherever it is needed"))
        }
        if event.hasTag {
            report(
                YAMLProblem(
                    mark: event.mark, path: path, problem: "a tag (!name), which is not supported here",
                    remedy: "remove it"))
        }
    }
}
