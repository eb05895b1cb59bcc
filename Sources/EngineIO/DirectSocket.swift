import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Sends to a channel's socket past its pipeline, where the pipeline would neither change nor hold back the bytes.
///
/// A frame that goes to a thousand sockets is made once; what is left to do for each is `send`. A channel's way there
/// touches a dozen objects that the kernel's work for the other sockets has pushed out of the processor's caches, which
/// took half as long as the `send` itself.
///
/// Confined to its channel's loop, as NIO's own use of the socket is.
struct DirectSocket {
    private let handle: NIOBSDSocket.Handle
    private let channel: any Channel

    /// nil when the channel is no socket of the operating system's.
    ///
    /// - Precondition: no handler of the pipeline changes bytes on their way out.
    init?(_ channel: any Channel) {
        let handle = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        guard let handle = handle ?? nil else { return nil }
        self.handle = handle
        self.channel = channel
    }

    /// How many of the bytes the kernel has taken; 0 when it takes none now, or never again. The rest is for the channel,
    /// which waits for the socket to become writable, and is the one to find out what is wrong with it.
    ///
    /// - Precondition: nothing waits in the channel, whose bytes these would overtake.
    func send(_ bytes: ByteBuffer) -> Int {
        // The number of a closed socket may be another's by now.
        guard channel.isActive else { return 0 }
        return max(0, bytes.withUnsafeReadableBytes { systemSend(handle, $0.baseAddress, $0.count, flags) })
    }
}

/// Not to be confused with the method.
private let systemSend = send(_:_:_:_:)

#if canImport(Darwin)
// NIO sets SO_NOSIGPIPE there.
private let flags = CInt(MSG_DONTWAIT)
#else
private let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
#endif
