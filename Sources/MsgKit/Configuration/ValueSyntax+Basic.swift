import Logging

extension ValueSyntax where Value == Int {
    /// A whole number; `noun` is `a whole number`, `a port`.
    static func integer(_ limits: ClosedRange<Int>, _ noun: String = "a whole number") -> ValueSyntax {
        ValueSyntax(scalar: "\(noun) from \(limits.lowerBound) to \(limits.upperBound)", write: { "\($0)" }) {
            text throws(Refusal) in
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
            guard isNumber else { throw Refusal("\(text.quoted) is not a whole number") }
            // A number too large for Int is out of range as well.
            guard let value = Int(text), limits.contains(value) else { throw Refusal("\(text.quoted) is out of range") }
            return value
        }
    }
}

extension ValueSyntax where Value == Bool {
    static var boolean: ValueSyntax {
        ValueSyntax(scalar: "true or false", write: { "\($0)" }) { text throws(Refusal) in
            switch text.lowercased() {
            case "true": return true
            case "false": return false
            default: throw Refusal("\(text.quoted) is neither true nor false")
            }
        }
    }
}

extension ValueSyntax where Value == String {
    /// Text of limited length without control characters.
    static func text(_ noun: String, maxBytes: Int) -> ValueSyntax {
        ValueSyntax(scalar: "\(noun) of 1 to \(maxBytes) bytes", write: { $0 }) { text throws(Refusal) in
            guard !text.isEmpty else { throw Refusal("is empty") }
            guard text.utf8.count <= maxBytes else { throw Refusal("\(text.utf8.count) bytes are too long") }
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw Refusal("\(text.quoted) has a control character in it")
            }
            return text
        }
    }
}

extension ValueSyntax where Value == String {
    /// A name or the beginning of names in an engine: letters, digits and `-`, `_`, `.`, none of them first.
    static var name: ValueSyntax { name("letters, digits, -, _ and .") { $0.isLetter } }

    /// Such a name without points.
    static var databaseName: ValueSyntax { name("letters, digits, - and _", points: false) { $0.isLetter } }

    /// Such a name without capital letters and points.
    static var lowercaseName: ValueSyntax { name("small letters, digits, - and _", points: false) { $0.isLowercase } }

    static func isLowercaseName(_ text: String) -> Bool { isName(text, points: false) { $0.isLowercase } }

    private static func isName(_ text: String, points: Bool, isLetter: (Character) -> Bool) -> Bool {
        let isAllowed = text.allSatisfy {
            $0.isASCII && (isLetter($0) || $0.isNumber || $0 == "-" || $0 == "_" || points && $0 == ".")
        }
        guard isAllowed, (1...60).contains(text.utf8.count), let first = text.first else { return false }
        return !"-_.".contains(first)
    }

    private static func name(
        _ alphabet: String, points: Bool = true, isLetter: @escaping @Sendable (Character) -> Bool
    ) -> ValueSyntax {
        ValueSyntax(scalar: "1 to 60 \(alphabet), a letter or digit first", write: { $0 }) { text throws(Refusal) in
            guard isName(text, points: points, isLetter: isLetter) else {
                throw Refusal("\(text.quoted) is not such a name")
            }
            return text
        }
    }
}

extension ValueSyntax where Value == TimeOfDay {
    static var timeOfDay: ValueSyntax {
        ValueSyntax(scalar: "a time from 00:00 to 23:59:59 as HH:MM or HH:MM:SS", write: { $0.description }) {
            text throws(Refusal) in
            guard let time = TimeOfDay(text) else { throw Refusal("\(text.quoted) is not a time of day") }
            return time
        }
    }
}

extension ValueSyntax {
    /// One word of a fixed set, in any letter case. `synonyms` are accepted but not advertised.
    static func choice(_ values: [(name: String, value: Value)], synonyms: [String: Value] = [:]) -> ValueSyntax
    where Value: Equatable {
        let names = values.map(\.name)
        return ValueSyntax(
            scalar: "one of " + names.joined(separator: ", "),
            write: { value in values.first { $0.value == value }?.name ?? "" }
        ) { text throws(Refusal) in
            let wanted = text.lowercased()
            if let value = values.first(where: { $0.name == wanted })?.value ?? synonyms[wanted] { return value }
            throw Refusal("\(text.quoted) is not known here")
        }
    }

    static func choice() -> ValueSyntax where Value: CaseIterable & RawRepresentable<String> & Equatable {
        choice(Value.allCases.map { ($0.rawValue, $0) })
    }
}

extension ValueSyntax where Value == Logger.Level {
    /// swift-log's levels, and those of winston that the original's `LOG_LEVEL` may name.
    static var logLevel: ValueSyntax {
        choice(
            Logger.Level.allCases.map { ($0.rawValue, $0) },
            synonyms: ["warn": .warning, "verbose": .debug, "silly": .trace, "http": .info])
    }
}
