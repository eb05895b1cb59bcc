import Foundation
import GRDB
import GRDBSQLite
import MsgKit

/// The values of a statement's parameters in their order; nil is NULL.
typealias SQLArguments = [(any SQLArgument)?]

/// A value that a statement can be given.
protocol SQLArgument: Sendable {
    /// Returns SQLite's result code. The first parameter has the index 1.
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt
}

extension Int64: SQLArgument {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        sqlite3_bind_int64(statement, index, self)
    }
}

extension Int: SQLArgument {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        sqlite3_bind_int64(statement, index, Int64(self))
    }
}

extension Int32: SQLArgument {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        sqlite3_bind_int64(statement, index, Int64(self))
    }
}

extension Bool: SQLArgument {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }
}

extension String: SQLArgument {
    /// All of it, U+0000 included.
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        var text = self
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty text may have no address, which would mean NULL.
                guard let start = characters.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, nil) }
                return sqlite3_bind_text(statement, index, start, CInt(clamping: characters.count), Self.copied)
            }
        }
    }

    /// Has SQLite copy what it is given.
    fileprivate static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

extension Data: SQLArgument {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        withUnsafeBytes { bytes in
            // Nothing may have no address, which would mean NULL.
            guard let start = bytes.baseAddress else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return sqlite3_bind_blob64(statement, index, start, UInt64(bytes.count), String.copied)
        }
    }
}

/// Ids are stored as their 24 hex digits, readable in any SQLite shell.
extension Identifier: SQLArgument {
    func bind(to statement: SQLiteStatement, at index: CInt) -> CInt {
        // Without a text in between: planning binds millions.
        withUnsafeTemporaryAllocation(byteCount: 24, alignment: 1) { digits in
            for place in 0..<16 { digits[place] = Self.digit(high >> UInt64(60 - 4 * place)) }
            for place in 0..<8 { digits[16 + place] = Self.digit(UInt64(low) >> UInt64(28 - 4 * place)) }
            let text = digits.baseAddress?.assumingMemoryBound(to: CChar.self)
            return sqlite3_bind_text(statement, index, text, 24, String.copied)
        }
    }

    /// The hex digit of the lowest four bits.
    private static func digit(_ number: UInt64) -> UInt8 {
        let value = UInt8(number & 15)
        return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
