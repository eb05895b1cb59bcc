/// Why bytes are not packets. Ends the session with ``EngineIOCloseReason/parseError``.
public enum EngineIODecodingError: Error, Equatable {
    case emptyPacket
    case unknownPacketType
    case invalidBase64
    case invalidUTF8
    case tooManyPackets
}
