import Foundation

/// The first address of a host, as the system has it.
struct PeekAddress {
    let family: Int32
    private let bytes: [UInt8]

    /// Nil when the host's name is not known.
    init?(host: String, port: Int) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else { return nil }
        defer { freeaddrinfo(found) }
        guard let address = first.pointee.ai_addr else { return nil }
        family = first.pointee.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(first.pointee.ai_addrlen)))
    }

    /// Begins to connect a socket; whether that may succeed.
    func connect(_ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return Foundation.connect(descriptor, start, socklen_t(bytes.count)) == 0 || errno == EINPROGRESS
        }
    }
}
