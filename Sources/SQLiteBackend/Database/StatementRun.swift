import GRDB
import GRDBSQLite

/// One run of a statement that is compiled once per connection.
///
/// Straight on SQLite's functions: what GRDB does besides, each time, for arguments, rows and observers that nobody here
/// needs, was a fifth of what storing a message costs.
struct StatementRun {
    private let statement: Statement
    private let database: Database

    /// Gives the statement its arguments.
    init(_ sql: String, _ arguments: SQLArguments, in database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql)
        let handle = statement.sqliteStatement
        guard sqlite3_bind_parameter_count(handle) == arguments.count else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "Wrong number of arguments.", sql: sql)
        }
        for (index, argument) in arguments.enumerated() {
            let place = CInt(index + 1)
            let code = argument?.bind(to: handle, at: place) ?? sqlite3_bind_null(handle, place)
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    /// The next row; nil behind the last.
    func next() throws -> ResultRow? {
        switch sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: ResultRow(statement: statement.sqliteStatement)
        case SQLITE_DONE: nil
        case let code: throw failure(code)
        }
    }

    /// Lets go of what the run holds. Needed after every run, ended or not.
    func end() {
        // Returns the last step's failure once more.
        sqlite3_reset(statement.sqliteStatement)
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: statement.sql)
    }
}
