import GRDB
import GRDBSQLite

extension Database {
    /// All rows of a query, decoded. The statement is compiled once per connection.
    func all<Value>(
        _ sql: String, _ arguments: SQLArguments = [], _ decode: (ResultRow) throws -> Value
    ) throws -> [Value] {
        let run = try StatementRun(sql, arguments, in: self)
        defer { run.end() }
        var values: [Value] = []
        while let row = try run.next() { values.append(try decode(row)) }
        return values
    }

    /// The first row of a query, decoded; nil when there is none.
    func first<Value>(
        _ sql: String, _ arguments: SQLArguments = [], _ decode: (ResultRow) throws -> Value
    ) throws -> Value? {
        let run = try StatementRun(sql, arguments, in: self)
        defer { run.end() }
        return try run.next().map(decode)
    }

    /// The number in the first column of a query's first row; 0 when there is none or it is NULL.
    func number(_ sql: String, _ arguments: SQLArguments = []) throws -> Int64 {
        try first(sql, arguments) { $0[0] as Int64? ?? 0 } ?? 0
    }

    /// Whether a query has a row.
    func exists(_ sql: String, _ arguments: SQLArguments = []) throws -> Bool {
        try first(sql, arguments) { _ in true } ?? false
    }

    /// Runs a statement to its end, and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: SQLArguments = []) throws -> Int {
        let run = try StatementRun(sql, arguments, in: self)
        defer { run.end() }
        while try run.next() != nil {}
        return Int(sqlite3_changes(sqliteConnection))
    }

    /// How many rows this connection has changed since it was opened.
    var totalChanges: Int { Int(sqlite3_total_changes(sqliteConnection)) }

    /// The rowid of the last row that was inserted.
    var lastInserted: Int64 { sqlite3_last_insert_rowid(sqliteConnection) }
}
