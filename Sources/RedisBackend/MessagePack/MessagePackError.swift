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
