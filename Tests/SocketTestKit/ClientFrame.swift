import NIOCore

/// Frames as a websocket client sends them.
package func clientFrame(
    _ opcode: UInt8, _ payload: some Sequence<UInt8>, fin: Bool = true, masked: Bool = true, reserved: UInt8 = 0
) -> [UInt8] {
    let payload = Array(payload)
    let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    var frame = [(fin ? 0x80 : 0) | reserved | opcode]
    let maskBit: UInt8 = masked ? 0x80 : 0
    switch payload.count {
    case 0..<126: frame.append(maskBit | UInt8(payload.count))
    case 126..<65536: frame += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
    default: frame += [maskBit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    guard masked else { return frame + payload }
    return frame + mask + payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
}

package func textFrame(_ text: String, fin: Bool = true) -> [UInt8] { clientFrame(1, text.utf8, fin: fin) }

/// A frame from the server.
package struct ServerFrame: Equatable, Sendable {
    package var opcode: UInt8
    package var payload: [UInt8]

    package static func text(_ text: String) -> ServerFrame { ServerFrame(opcode: 1, payload: Array(text.utf8)) }
    package static func close(_ code: UInt16) -> ServerFrame {
        ServerFrame(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 0xff)])
    }

    /// Takes a frame from the front of `bytes`; nil when it is not complete.
    package init?(from bytes: inout ByteBuffer) {
        var rest = bytes
        guard let first = rest.readInteger(as: UInt8.self), let short = rest.readInteger(as: UInt8.self) else {
            return nil
        }
        var length = Int(short)
        if short == 126 {
            guard let long = rest.readInteger(as: UInt16.self) else { return nil }
            length = Int(long)
        } else if short == 127 {
            guard let long = rest.readInteger(as: UInt64.self) else { return nil }
            length = Int(long)
        }
        guard let payload = rest.readBytes(length: length) else { return nil }
        self.init(opcode: first & 0x0f, payload: payload)
        bytes = rest
    }

    package init(opcode: UInt8, payload: [UInt8]) {
        self.opcode = opcode
        self.payload = payload
    }

    package static func all(in bytes: ByteBuffer) -> [ServerFrame] {
        var bytes = bytes
        var frames: [ServerFrame] = []
        while let frame = ServerFrame(from: &bytes) { frames.append(frame) }
        return frames
    }
}
