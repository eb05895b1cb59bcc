import Foundation
import HTTPTypes
import Hummingbird
import MsgKit

/// The body of every failure.
struct ErrorAnswer: Encodable, Sendable {
    var success = false
    var error: String
    var message: String
    var code: ErrorCode
    var timestamp: Date
    var path: String
    var method: String
    var errors: [FieldError]?

    init(_ error: MsgError, path: String, method: String, at instant: Date) {
        self.error = error.code.title
        message = error.message
        code = error.code
        timestamp = instant
        self.path = path
        self.method = method
        errors = error.fields.isEmpty ? nil : error.fields
    }
}
