import Logging
import MsgKit
import NIOCertificateReloading
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// TLS of the server's own port. As a service it reads the certificate and its key again and again: connections that come
/// after a renewal get the new one, those that are open stay.
///
/// Files that can't be used, or don't belong together as in the middle of a renewal, leave the certificate before them.
public struct ServerTLS: Service, CustomStringConvertible {
    private static let interval = Duration.seconds(10)

    private let context: NIOSSLContext
    private let reloader: TimedCertificateReloader

    /// - Returns: nil when no certificate is configured.
    /// - Throws: ``ErrorCode/configuration`` when the files can't be used.
    public static func load(_ configuration: Configuration.Server, logger: Logger) throws -> ServerTLS? {
        guard let certificate = configuration.tlsCertificate, let key = configuration.tlsKey else { return nil }
        return try ServerTLS(certificate: certificate, key: key, logger: logger)
    }

    init(certificate: String, key: String, logger: Logger) throws {
        // Until there is one, a failure is that of the start.
        let hasOne = Mutex(false)
        let outages = OutageLog(
            failing: "the server's certificate can't be read again; the one before it is still used",
            working: "the server's certificate can be read again", logger: logger)
        let settings = TimedCertificateReloader.Configuration(
            refreshInterval: Self.interval, certificateSource: .init(location: .file(path: certificate), format: .pem),
            privateKeySource: .init(location: .file(path: key), format: .pem)
        ) { settings in
            settings.onCertificateLoaded = { change in
                hasOne.withLock { $0 = true }
                outages.worked()
                if let previous = change.previousCertificateChain, previous != change.currentCertificateChain {
                    logger.notice("the server's certificate is renewed", metadata: ["file": "\(certificate)"])
                }
            }
            settings.onCertificateLoadFailed = { failure in
                guard hasOne.withLock({ $0 }) else { return }
                outages.failed(Self.explained(failure.error, certificate: certificate, key: key))
            }
        }
        reloader = TimedCertificateReloader(configuration: settings)
        do {
            try reloader.reload()
            var tls = try TLSConfiguration.makeServerConfiguration(certificateReloader: reloader)
            tls.minimumTLSVersion = .tlsv12
            tls.applicationProtocols = ["http/1.1"]
            context = try NIOSSLContext(configuration: tls)
        } catch {
            throw Self.explained(error, certificate: certificate, key: key)
        }
    }

    public func run() async throws { try await reloader.run() }

    /// Reads the files now.
    func reload() throws { try reloader.reload() }

    /// Puts TLS before whatever else will be in a new channel's pipeline. Called on its loop.
    func secure(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }

    /// What a log of services may say; nothing of the key.
    public var description: String { "ServerTLS" }

    /// Errors of the parsers name no file, and are written for programmers.
    private static func explained(_ error: any Error, certificate: String, key: String) -> MsgError {
        let files = "server.tls_certificate (\(certificate)) and server.tls_key (\(key))"
        let reason: String
        switch error as? TimedCertificateReloader.Error {
        case .certificatePathNotFound(certificate):
            reason = "the former can't be read; check that it is there and that this user may read it"
        case .privateKeyPathNotFound(key):
            reason = "the latter can't be read; check that it is there and that this user may read it"
        case .publicKeyMismatch: reason = "the key is another certificate's; name the two that belong together"
        default: reason = "they are not PEM files with certificates, and with the first one's key without a passphrase"
        }
        return MsgError(.configuration, "\(files) can't be used: \(reason).", cause: error)
    }
}
