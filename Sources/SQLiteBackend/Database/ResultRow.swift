import Foundation
import GRDB
import GRDBSQLite
import MsgKit

/// The row at which a running statement stands; good until the next one.
///
/// Stored values as the domain's types. What doesn't fit is an error, never a trap: the file may have been edited.
struct ResultRow {
    let statement: SQLiteStatement

    /// nil for NULL.
    subscript<Value: ColumnValue>(_ index: Int) -> Value? {
        let column = CInt(index)
        return sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : Value(statement, column)
    }

    /// A column that is never NULL. The tables are STRICT, so its storage class is the declared one.
    func value<Value: ColumnValue>(_ index: Int) throws -> Value {
        guard let value = self[index] as Value? else { throw damaged(index) }
        return value
    }

    func id<Entity>(_ index: Int) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(try value(index) as String) else { throw damaged(index) }
        return id
    }

    func optionalID<Entity>(_ index: Int) throws -> Identifier<Entity>? {
        guard let text = self[index] as String? else { return nil }
        guard let id = Identifier<Entity>(text) else { throw damaged(index) }
        return id
    }

    func date(_ index: Int) throws -> Date {
        Date(millisecondsSince1970: try value(index))
    }

    func optionalDate(_ index: Int) -> Date? {
        (self[index] as Int64?).map(Date.init(millisecondsSince1970:))
    }

    func planDate(_ index: Int) throws -> PlanDate {
        guard let date = PlanDate(try value(index) as String) else { throw damaged(index) }
        return date
    }

    func optionalPlanDate(_ index: Int) throws -> PlanDate? {
        guard let text = self[index] as String? else { return nil }
        guard let date = PlanDate(text) else { throw damaged(index) }
        return date
    }

    func choice<Choice: RawRepresentable>(_ index: Int) throws -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: try value(index)) else { throw damaged(index) }
        return choice
    }

    /// The error for a value that this program can't have stored.
    func damaged(_ index: Int) -> DatabaseError {
        let column = sqlite3_column_name(statement, CInt(index)).map { String(cString: $0) } ?? "\(index)"
        return DatabaseError(resultCode: .SQLITE_CORRUPT, message: "Column \(column) holds a value of no known form.")
    }
}
