/// A failure with a code from the table and a sentence for the person who meets it.
///
/// `message` and `fields` are public: they reach clients. `detail` is for the operator, in the log and on the command
/// line, and `cause` for the log alone; neither reaches a client.
public struct MsgError: Error, Sendable {
    public var code: ErrorCode
    public var message: String
    /// Every field that failed, for ``ErrorCode/validationFailed``.
    public var fields: [FieldError]
    /// What the operator reads in place of the message: which setting, which host, what is wrong and what to do. It may
    /// name what a client must not learn of, but no secret.
    public var detail: String?
    /// What lay beneath, for the log.
    public var cause: (any Error)?
    /// When the same call may be let through, for ``ErrorCode/rateLimited``.
    public var retryAfter: Duration?
    /// Whether an engine has told the log of it already, once for all who meet it.
    public var isTold = false
    /// A command line that helps, for the one who runs the program.
    public var remedy: String?
    /// Whether, without such a line, what helps against most errors of the code helps.
    public private(set) var hasUsualRemedy = true

    public init(
        _ code: ErrorCode, _ message: String, detail: String? = nil, fields: [FieldError] = [],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.fields = fields
        self.cause = cause
    }

    /// As a client meets it: that an engine is set up wrongly is for the operator; for a client it is away.
    public var forClients: MsgError {
        guard code == .configuration else { return self }
        return MsgError(.unavailable, "A part of the service is not available at the moment; try again later.")
    }

    /// The same error, with a command line that helps.
    public func trying(_ remedy: String) -> MsgError {
        var error = self
        error.remedy = remedy
        return error
    }

    /// The same error, with no command line that helps: what it asks for is done by hand.
    public var withoutRemedy: MsgError {
        var error = self
        error.remedy = nil
        error.hasUsualRemedy = false
        return error
    }

    /// The sentence for the one who runs the program.
    public var operatorMessage: String { detail ?? message }

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

    public var debugDescription: String {
        // A detail says what lay beneath already, in words.
        if let detail { return "\(code.rawValue): \(detail)" }
        var text = "\(code.rawValue): \(message)"
        if let cause { text += " (\(String(reflecting: cause)))" }
        return text
    }
}
