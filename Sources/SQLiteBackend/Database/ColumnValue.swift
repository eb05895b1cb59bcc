import Foundation
import GRDB
import GRDBSQLite

/// What a column that is not NULL can be read as.
protocol ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt)
}

extension Int64: ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt) {
        self = sqlite3_column_int64(statement, column)
    }
}

extension Int: ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt) {
        self = Int(clamping: sqlite3_column_int64(statement, column))
    }
}

extension Int32: ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt) {
        self = Int32(clamping: sqlite3_column_int64(statement, column))
    }
}

extension Bool: ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt) {
        self = sqlite3_column_int64(statement, column) != 0
    }
}

extension Double: ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt) {
        self = sqlite3_column_double(statement, column)
    }
}

extension String: ColumnValue {
    /// All of it, U+0000 included.
    init(_ statement: SQLiteStatement, _ column: CInt) {
        // The text first: asking for it may change its length.
        guard let text = sqlite3_column_text(statement, column) else {
            self = ""
            return
        }
        let count = Int(sqlite3_column_bytes(statement, column))
        self = String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }
}

extension Data: ColumnValue {
    init(_ statement: SQLiteStatement, _ column: CInt) {
        let bytes = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        self = bytes.map { Data(bytes: $0, count: count) } ?? Data()
    }
}
