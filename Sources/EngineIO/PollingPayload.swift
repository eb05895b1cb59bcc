import Foundation
import NIOCore
import NIOFoundationCompat

/// The body of a polling request or response: packets joined by the record separator, binaries in base64 after a `b`.
package enum PollingPayload {
    package static let separator: UInt8 = 0x1e

    /// Splits a body into packets.
    ///
    /// - Parameter maxPackets: bound on the packets of one body, so that a body of separators cannot become
    ///   a queue many times its size.
    package static func decode(_ body: ByteBuffer, maxPackets: Int) throws(EngineIODecodingError) -> [EngineIOPacket] {
        guard body.isValidUTF8 else { throw .invalidUTF8 }
        var rest = body
        var packets: [EngineIOPacket] = []
        while true {
            guard packets.count < maxPackets else { throw .tooManyPackets }
            let length = rest.readableBytesView.firstIndex(of: separator).map { $0 - rest.readerIndex }
            guard let packet = rest.readSlice(length: length ?? rest.readableBytes) else { throw .emptyPacket }
            packets.append(try decodeOne(packet))
            guard length != nil else { return packets }
            rest.moveReaderIndex(forwardBy: 1)
        }
    }

    private static func decodeOne(_ packet: ByteBuffer) throws(EngineIODecodingError) -> EngineIOPacket {
        var packet = packet
        guard packet.getInteger(at: packet.readerIndex, as: UInt8.self) == UInt8(ascii: "b") else {
            return try EngineIOPacket(text: packet)
        }
        packet.moveReaderIndex(forwardBy: 1)
        guard let decoded = Data(base64Encoded: Data(packet.readableBytesView)) else { throw .invalidBase64 }
        return .message(.binary(ByteBuffer(bytes: decoded)))
    }

    /// Appends a binary message as `b` and base64.
    package static func appendBinary(_ bytes: ByteBuffer, to payload: inout ByteBuffer) {
        payload.writeInteger(UInt8(ascii: "b"))
        payload.writeBytes(Data(bytes.readableBytesView).base64EncodedData())
    }
}
