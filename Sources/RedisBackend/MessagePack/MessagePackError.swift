/// Why bytes are no MessagePack that is taken.
enum MessagePackError: Error, Equatable {
    /// They end before the value does.
    case truncated
    /// A length is greater than what is left can hold.
    case badLength
    case badType(UInt8)
    case tooDeep
    case tooManyAttachments
    /// The value is another one than was expected there.
    case unexpected(String)
}

extension MessagePackError: CustomStringConvertible {
    /// A sentence's end, for the log.
    var description: String {
        switch self {
        case .truncated: "it ends in the middle"
        case .badLength: "a length in it is greater than what follows"
        case .badType(let type): "the byte \(type) begins no value"
        case .tooDeep: "it is nested too deep"
        case .tooManyAttachments: "it has too many attachments"
        case .unexpected(let wanted): "it is not of the form of a packet (\(wanted))"
        }
    }
}
