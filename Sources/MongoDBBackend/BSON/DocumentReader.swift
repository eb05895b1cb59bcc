import Foundation
import MsgKit

/// Takes the fields of a stored document as what they should be.
///
/// What is missing or null is nil; what has another type throws ``ErrorCode/internalError`` with the collection and the
/// field's name as its cause, and never the value.
struct DocumentReader {
    let document: BSONDocument
    let collection: MongoCollection
    /// Of the stored document as a whole; nil when it is no ObjectId.
    private let id: String?

    init(_ document: BSONDocument, in collection: MongoCollection) {
        self.init(document, in: collection, id: document["_id"]?.identifier(of: Never.self)?.description)
    }

    private init(_ document: BSONDocument, in collection: MongoCollection, id: String?) {
        self.document = document
        self.collection = collection
        self.id = id
    }

    private func value<Value>(_ key: String, _ take: (BSON) -> Value?) throws -> Value? {
        switch document[key] {
        case nil, .null?: return nil
        case let found?:
            guard let value = take(found) else { throw damaged(key) }
            return value
        }
    }

    func id<Entity>(_ key: String, of type: Entity.Type = Entity.self) throws -> Identifier<Entity>? {
        try value(key) { $0.identifier(of: Entity.self) }
    }

    /// The identifiers of an array; empty when there is none.
    func ids<Entity>(_ key: String, of type: Entity.Type = Entity.self) throws -> [Identifier<Entity>] {
        try array(key).map { element in
            guard let id = element.identifier(of: Entity.self) else { throw damaged(key) }
            return id
        }
    }

    func string(_ key: String) throws -> String? {
        try value(key) { if case .string(let text) = $0 { text } else { nil } }
    }

    func bool(_ key: String) throws -> Bool? {
        try value(key) { if case .bool(let flag) = $0 { flag } else { nil } }
    }

    /// Up to 100,000,000 days from 1970, the instants that JavaScript has: beyond them no number of milliseconds could
    /// be made of a date again.
    private static let instants: ClosedRange<Int64> = -8_640_000_000_000_000...8_640_000_000_000_000

    func date(_ key: String) throws -> Date? {
        try value(key) {
            guard case .date(let milliseconds) = $0, Self.instants.contains(milliseconds) else { return nil }
            return Date(millisecondsSince1970: milliseconds)
        }
    }

    /// A whole number of any numeric type.
    func integer(_ key: String) throws -> Int64? { try value(key, \.integer) }

    func timestamp(_ key: String) throws -> BSONTimestamp? {
        try value(key) { if case .timestamp(let timestamp) = $0 { timestamp } else { nil } }
    }

    /// One of the cases that have a text.
    func choice<Choice: RawRepresentable<String>>(_ key: String) throws -> Choice? {
        try string(key).map { text in
            guard let choice = Choice(rawValue: text) else { throw damaged(key) }
            return choice
        }
    }

    /// The elements of an array; empty when there is none.
    func array(_ key: String) throws -> [BSON] {
        try value(key) { if case .array(let elements) = $0 { elements } else { nil } } ?? []
    }

    func reader(_ key: String) throws -> DocumentReader? {
        try value(key) {
            if case .document(let document) = $0 { DocumentReader(document, in: collection, id: id) } else { nil }
        }
    }

    /// The documents of an array.
    func readers(_ key: String) throws -> [DocumentReader] {
        try array(key).map { element in
            guard case .document(let document) = element else { throw damaged(key) }
            return DocumentReader(document, in: collection, id: id)
        }
    }

    /// A value that has to be there.
    func required<Value>(_ key: String, _ value: Value?) throws -> Value {
        guard let value else { throw damaged(key) }
        return value
    }

    func damaged(_ key: String) -> MsgError {
        MsgError(
            .internalError, "Something that is stored can't be read.",
            detail: "The field \(key) of \(id ?? "a document") in the collection \(collection.rawValue) is not what it "
                + "should be; mend or remove the document.",
            cause: DamagedDocument(collection: collection.rawValue, field: key, id: id))
    }
}

extension BSON {
    func identifier<Entity>(of type: Entity.Type) -> Identifier<Entity>? {
        if case .objectID(let high, let low) = self { Identifier(high: high, low: low) } else { nil }
    }

    /// A whole number of any numeric type.
    var integer: Int64? {
        switch self {
        case .int32(let number): Int64(number)
        case .int64(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }
}
