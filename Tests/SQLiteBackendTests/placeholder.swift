import Testing
@testable import SQLiteBackend
