import NIOCore

extension ByteBuffer {
    /// Whether the readable bytes are UTF-8. Eight bytes at a time while they are ASCII, which most traffic is.
    package var isValidUTF8: Bool {
        withUnsafeReadableBytes { bytes in
            var index = 0
            while index &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                index &+= 8
            }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[index...])
            return String(validating: rest, as: UTF8.self) != nil
        }
    }
}
