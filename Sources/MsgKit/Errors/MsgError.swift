/// A failure with a code from the table and a sentence for the person who meets it.
///
/// `message` and `fields` are public: they reach clients. `detail` is for whoever runs the program, `cause` for the log
/// alone; neither reaches a client.
public struct MsgError: Error, Sendable {
    public var code: ErrorCode
    public var message: String
    /// Every field that failed, for ``ErrorCode/validationFailed``.
    public var fields: [FieldError]
    /// Where it happened, why, and which setting it is about: commands print it beside the message. It holds no secret.
    public var detail: String?
    /// What lay beneath, for the log.
    public var cause: (any Error)?

    public init(
        _ code: ErrorCode, _ message: String, fields: [FieldError] = [], detail: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.fields = fields
        self.detail = detail
        self.cause = cause
    }

    /// One failed field.
    public static func invalid(_ path: String, _ message: String, in location: FieldError.Location = .body) -> MsgError
    {
        .invalid([FieldError(path, message, in: location)])
    }

    /// All failed fields of a request at once.
    public static func invalid(_ fields: [FieldError]) -> MsgError {
        let names = fields.map(\.path).joined(separator: ", ")
        return MsgError(.validationFailed, "Some fields are not valid: \(names).", fields: fields)
    }

    /// Any error as one of the table: what is not known becomes ``ErrorCode/internalError`` with a generic sentence.
    public init(wrapping error: any Error) {
        if let known = error as? MsgError {
            self = known
        } else if error as? PasswordHasherError == .busy {
            self.init(.serverBusy, "Too many log-ins at once; try again in a moment.", cause: error)
        } else if error is CancellationError {
            self.init(.serverBusy, "The request was given up before it was done; try again.", cause: error)
        } else {
            self.init(.internalError, "Something went wrong on the server.", cause: error)
        }
    }
}

extension MsgError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { message }

    /// The message and the detail, for whoever runs the program.
    public var explanation: String { [message, detail].compactMap(\.self).joined(separator: " ") }

    public var debugDescription: String {
        var text = "\(code.rawValue): \(explanation)"
        if let cause { text += " (\(String(reflecting: cause)))" }
        return text
    }
}
