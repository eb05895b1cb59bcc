import Foundation
import GRDB
import MsgKit

/// Ids are stored as their 24 hex digits, readable in any SQLite shell.
extension Identifier: DatabaseValueConvertible {
    public var databaseValue: DatabaseValue { description.databaseValue }

    public static func fromDatabaseValue(_ value: DatabaseValue) -> Self? {
        String.fromDatabaseValue(value).flatMap(Self.init(_:))
    }
}

extension Sequence {
    /// Ids as a JSON array, for `json_each`: one statement whatever their number.
    func json<Entity>() -> String where Element == Identifier<Entity> {
        "[" + map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}

extension Date {
    /// The form in which instants are stored.
    var stored: Int64 { millisecondsSince1970 }
}
