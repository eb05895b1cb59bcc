/// Named values in their order.
struct BSONDocument: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    struct Field: Sendable, Equatable {
        var key: String
        var value: BSON
    }

    private(set) var fields: [Field]

    init(_ fields: [Field] = []) { self.fields = fields }

    init(dictionaryLiteral elements: (String, BSON)...) {
        fields = elements.map { Field(key: $0.0, value: $0.1) }
    }

    /// The first value of a name; null counts as one, a name that is not there has none.
    subscript(key: String) -> BSON? {
        for field in fields where field.key == key { return field.value }
        return nil
    }

    mutating func append(_ key: String, _ value: BSON) { fields.append(Field(key: key, value: value)) }

    /// Adds a value, unless it is nil.
    mutating func append<Value>(_ key: String, _ value: Value?, _ make: (Value) -> BSON) {
        if let value { append(key, make(value)) }
    }

    func appending(_ key: String, _ value: BSON) -> BSONDocument {
        var copy = self
        copy.append(key, value)
        return copy
    }
}
