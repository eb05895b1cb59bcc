extension ValueSyntax {
    /// A list: a sequence in the file; in a variable or flag, items between commas, where `\,` is a comma in an item.
    static func list<Element: Sendable>(
        of items: ValueSyntax<Element>, _ noun: String, count: ClosedRange<Int>
    ) -> ValueSyntax where Value == [Element] {
        let limits = count.lowerBound == 0 ? "up to \(count.upperBound)" : "\(count.lowerBound) to \(count.upperBound)"
        let expects = "a list of \(limits) \(noun), each \(items.expects)"
        return ValueSyntax(
            expects: expects,
            read: { input throws(InvalidValue) in
                try read(input, items: items, count: count, remedy: "write \(expects)")
            },
            write: { values in "[" + values.map { quotedIfNeeded(items.write($0)) }.joined(separator: ", ") + "]" })
    }

    private static func read<Element: Sendable>(
        _ input: ConfigurationInput, items: ValueSyntax<Element>, count: ClosedRange<Int>, remedy: String
    ) throws(InvalidValue) -> [Element] where Value == [Element] {
        func refuse(_ problem: String, _ remedy: String) -> InvalidValue {
            InvalidValue(faults: [.init(origin: input.origin, problem: problem, remedy: remedy)])
        }

        let inputs: [ConfigurationInput]
        switch input.content {
        case .list(let list): inputs = list
        case .text(let text): inputs = separated(text).map { ConfigurationInput(.text($0), input.origin) }
        case .scalar: throw refuse("one value where a list is expected", "write [a, b], or one \"- item\" per line")
        case .mapping: throw refuse("a group of keys where a list is expected", remedy)
        case .null: throw refuse("has no value", count.contains(0) ? "write [] for an empty list" : remedy)
        }
        // Before the items are looked at, so that a long list costs one complaint.
        guard count.contains(inputs.count) else { throw refuse("a list of \(inputs.count) items", remedy) }

        var values: [Element] = []
        var faults: [InvalidValue.Fault] = []
        for input in inputs {
            do throws(InvalidValue) {
                values.append(try items.read(input))
            } catch {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw InvalidValue(faults: faults) }
        return values
    }

    private static func separated(_ text: String) -> [String] {
        var items = [""]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped, scalar != "," { items[items.count - 1] += "\\" }
            if scalar == ",", !isEscaped {
                items.append("")
            } else if scalar != "\\" || isEscaped {
                items[items.count - 1].unicodeScalars.append(scalar)
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        if isEscaped { items[items.count - 1] += "\\" }
        items = items.map(\.trimmingSpaces)
        return items == [""] ? [] : items
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
        if isPlain && !text.isEmpty { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
