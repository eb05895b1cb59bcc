/// Why bytes are not a packet. Ends the connection with ``DisconnectReason/parseError``.
package enum PacketError: Error, Equatable {
    case empty
    case unknownType
    /// A packet that only servers send.
    case wrongDirection
    case malformedHeader
    case namespaceTooLong
    case malformedJSON
    case tooDeep
    case tooManyArguments
    /// JSON of a shape that this type of packet does not have.
    case unexpectedPayload
    case reservedEvent
    case tooManyAttachments
    case attachmentsTooLarge
    /// Text where an attachment was announced, or an attachment that was not.
    case unexpectedAttachment
    /// A placeholder stands for none of the attachments that were announced.
    case unknownAttachment
}
