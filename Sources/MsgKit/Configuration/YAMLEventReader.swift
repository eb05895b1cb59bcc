import CYAML

/// libyaml's event parser over bytes in memory.
struct YAMLEventReader: ~Copyable {
    // On the heap because libyaml keeps a pointer to its own struct.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeBufferPointer<UInt8>

    /// `input` must stay where it is for as long as this reader lives.
    init(borrowing input: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw Self.outOfMemory
        }
        // Named, so that two odd bytes at the start can't turn the file into UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        self.parser = parser
        self.input = input
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; after a throw or the end of the stream there is none to ask for.
    mutating func next() throws(YAMLProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        guard let result = YAMLEvent(event) else {
            throw YAMLProblem(problem: "the file ends too early", remedy: "complete it")
        }
        return result
    }

    private static var outOfMemory: YAMLProblem {
        YAMLProblem(problem: "there is no memory to read the file", remedy: "free some memory")
    }

    private func problem() -> YAMLProblem {
        let state = parser.pointee
        guard state.error != YAML_MEMORY_ERROR, let text = state.problem else { return Self.outOfMemory }
        let message = String(cString: text)
        if state.error == YAML_READER_ERROR {
            // Encoding errors come with an offset in bytes instead of a mark.
            return YAMLProblem(
                mark: mark(ofByte: Int(state.problem_offset)), problem: "the file is not valid text: \(message)",
                remedy: "save it as UTF-8 without control characters")
        }

        let mark = YAMLNode.Mark(line: Int(state.problem_mark.line) + 1, column: Int(state.problem_mark.column) + 1)
        if isTab(at: mark) {
            return YAMLProblem(mark: mark, problem: "a tab where YAML allows none", remedy: "indent with spaces")
        }
        var sentence = "the file is not valid YAML: \(message)"
        if let context = state.context {
            sentence += " \(String(cString: context))"
            let start = Int(state.context_mark.line) + 1
            if start != mark.line { sentence += " that starts on line \(start)" }
        }
        return YAMLProblem(
            mark: mark, problem: sentence, remedy: "check quotes, brackets, colons and indentation from here upwards")
    }

    private func isTab(at mark: YAMLNode.Mark) -> Bool {
        var lines = input.split(
            separator: UInt8(ascii: "\n"), maxSplits: mark.line - 1, omittingEmptySubsequences: false)[...]
        lines = lines.dropFirst(mark.line - 1)
        guard let rest = lines.first else { return false }
        // A complaint about a tab never follows other text than spaces on its line, so bytes are characters here.
        return rest.dropFirst(mark.column - 1).first == UInt8(ascii: "\t")
    }

    private func mark(ofByte offset: Int) -> YAMLNode.Mark {
        let before = input.prefix(max(0, offset))
        let line = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? before[...]
        let lines = before.count { $0 == UInt8(ascii: "\n") }
        return YAMLNode.Mark(line: lines + 1, column: String(decoding: line, as: UTF8.self).unicodeScalars.count + 1)
    }
}
