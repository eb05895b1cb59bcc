import MsgKit
import NIOCore
import NIOSSL

/// TLS of a connection: the server's certificate is always checked, and that it is this host's.
struct RedisTLS: Sendable {
    private let context: NIOSSLContext
    /// What the certificate must be of; an address can't be sent as a name, and is taken from the connection then.
    private let serverName: String?

    /// - Throws: ``MsgKit/ErrorCode/configuration`` when a file can't be used.
    init(host: String, options: RedisOptions) throws {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let path = options.trustedCertificatesPath { configuration.trustRoots = .file(path) }
            if let path = options.clientCertificatePath {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(path).map { .certificate($0) }
            }
            if let path = options.clientKeyPath {
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: path, format: .pem))
            }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw MsgError(.configuration, "The certificates for Redis can't be used.", cause: error)
        }
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        serverName = isAddress ? nil : host
    }

    func makeHandler() throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: serverName)
    }
}
