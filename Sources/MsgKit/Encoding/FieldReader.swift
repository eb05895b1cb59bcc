import Foundation

/// Reads the fields of one request and collects what is wrong with each, so that one answer names every bad field.
///
/// Read each field with the method of its type, then call ``finish()``, which also refuses fields that nothing read.
/// A field that failed reads as nil; it keeps its first complaint.
public struct FieldReader: Sendable {
    /// How many fields that nothing read are named at most: a body can hold thousands.
    private static let maximumUnknown = 20
    /// How much of a name that a client chose is repeated to it.
    private static let maximumName = 64

    private let values: [String: JSONValue]
    private let location: FieldError.Location
    private var known: Set<String> = []
    public private(set) var errors: [FieldError] = []

    public init(_ values: [String: JSONValue], in location: FieldError.Location = .body) {
        self.values = values
        self.location = location
    }

    /// The fields of a JSON object.
    /// - Throws: ``ErrorCode/validationFailed`` when the value is not an object.
    public init(object value: JSONValue?, in location: FieldError.Location = .body) throws {
        guard case .object(let values) = value else {
            throw MsgError(.validationFailed, "The \(location.rawValue) must be a JSON object.")
        }
        self.init(values, in: location)
    }

    /// Whether the field is present, `null` included.
    public mutating func has(_ path: String) -> Bool {
        known.insert(path)
        return values[path] != nil
    }

    /// Notes a complaint, unless the field has one.
    public mutating func complain(_ path: String, _ message: String) {
        guard !errors.contains(where: { $0.path == path }) else { return }
        errors.append(FieldError(path, message, in: location))
    }

    /// Runs a check that throws ``ErrorCode/validationFailed`` and takes its complaint over; nil when it threw.
    public mutating func check<Value>(_ path: String, _ body: () throws -> Value) rethrows -> Value? {
        do {
            return try body()
        } catch let error as MsgError where error.code == .validationFailed {
            complain(path, error.fields.first?.msg ?? error.message)
            return nil
        }
    }

    /// Text; nil when absent or `null`.
    public mutating func string(_ path: String) -> String? {
        known.insert(path)
        switch values[path] {
        case .string(let text): return text
        case nil, .null: return nil
        default:
            complain(path, "\(path) must be a string.")
            return nil
        }
    }

    /// Text that must be there.
    public mutating func requiredString(_ path: String) -> String? {
        let text = string(path)
        if text == nil { complain(path, "\(path) is required.") }
        return text
    }

    /// Complains of a text that is blank or too long.
    public mutating func requireText(_ path: String, _ text: String?, atMost limit: Int) {
        guard let text, text.unicodeScalars.allSatisfy(\.properties.isWhitespace) || text.unicodeScalars.count > limit
        else { return }
        complain(path, "\(path) must have 1 to \(limit) characters that are not all blank.")
    }

    /// An id; nil when absent or `null`.
    public mutating func identifier<Entity>(_ path: String, of type: Entity.Type) -> Identifier<Entity>? {
        guard let text = string(path) else { return nil }
        guard let id = Identifier<Entity>(text) else {
            complain(path, "\(path) must be an id of 24 hex digits.")
            return nil
        }
        return id
    }

    /// An id that must be there.
    public mutating func requiredIdentifier<Entity>(_ path: String, of type: Entity.Type) -> Identifier<Entity>? {
        let id = identifier(path, of: type)
        if id == nil { complain(path, "\(path) is required.") }
        return id
    }

    /// A list of ids; nil when absent or `null`.
    public mutating func identifiers<Entity>(
        _ path: String, of type: Entity.Type, atMost limit: Int
    ) -> [Identifier<Entity>]? {
        known.insert(path)
        switch values[path] {
        case nil, .null:
            return nil
        case .array(let items):
            guard items.count <= limit else {
                complain(path, "\(path) may hold at most \(limit) ids.")
                return nil
            }
            let ids = items.compactMap { item in
                if case .string(let text) = item { Identifier<Entity>(text) } else { nil }
            }
            guard ids.count == items.count else {
                complain(path, "\(path) must hold ids of 24 hex digits.")
                return nil
            }
            return ids
        default:
            complain(path, "\(path) must be a list of ids.")
            return nil
        }
    }

    /// A truth value, also as the text `true` or `false` (as a query has it); nil when absent or `null`.
    public mutating func bool(_ path: String) -> Bool? {
        known.insert(path)
        switch values[path] {
        case nil, .null: return nil
        case .bool(let value): return value
        case .string("true") where location == .query: return true
        case .string("false") where location == .query: return false
        default:
            complain(path, "\(path) must be true or false.")
            return nil
        }
    }

    /// A whole number in a range, also as text in a query; nil when absent or `null`.
    public mutating func integer(_ path: String, in range: ClosedRange<Int>) -> Int? {
        known.insert(path)
        let value: Int?
        switch values[path] {
        case nil, .null: return nil
        case .integer(let number): value = Int(exactly: number)
        case .string(let text) where location == .query: value = Int(text)
        default: value = nil
        }
        guard let value, range.contains(value) else {
            complain(path, "\(path) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return value
    }

    /// An instant in ISO 8601; nil when absent or `null`.
    public mutating func date(_ path: String) -> Date? {
        guard let text = string(path) else { return nil }
        guard let date = Date(iso8601: text) ?? PlanDate(text)?.instant(secondOfDay: 0, in: .gmt) else {
            complain(path, "\(path) must be a date in ISO 8601, such as 2026-01-31T09:00:00Z.")
            return nil
        }
        return date
    }

    /// The wanted page: `page` from 1, `limit` up to a bound.
    public mutating func page(defaultLimit: Int, maximumLimit: Int) -> PageRequest {
        PageRequest(
            page: integer("page", in: 1...PageRequest.maximumPage) ?? 1,
            limit: integer("limit", in: 1...maximumLimit) ?? defaultLimit)
    }

    /// Throws when any field failed, or when there is one that nothing read.
    public mutating func finish() throws {
        let unknown = values.keys.filter { !known.contains($0) }.sorted().prefix(Self.maximumUnknown)
        for path in unknown {
            let name = String(String.UnicodeScalarView(path.unicodeScalars.prefix(Self.maximumName)))
            let others = known.isEmpty ? "there is none" : "known are \(known.sorted().joined(separator: ", "))"
            complain(name, "\(name) is not a known field here; \(others).")
        }
        guard errors.isEmpty else { throw MsgError.invalid(errors) }
    }
}
