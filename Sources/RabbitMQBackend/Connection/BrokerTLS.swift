import Foundation
import MsgKit

/// How a connection is secured; versions before TLS 1.2 are refused.
struct BrokerTLS: Sendable {
    /// The broker must show a certificate of a trusted authority for its host name.
    var verifiesPeer = true
    /// A file of trusted authorities, instead of the system's.
    var authorities: String?
    /// Files of this program's own certificate and its key.
    var certificate: String?
    var key: String?

    /// - Throws: ``ErrorCode/configuration`` when a file is not there; the library would only say that something is wrong.
    func checkFiles() throws {
        for file in [authorities, certificate, key].compactMap(\.self)
        where !FileManager.default.isReadableFile(atPath: file) {
            throw MsgError(.configuration, "The file \(file), named in the URL of RabbitMQ, can't be read.")
        }
        guard (certificate == nil) == (key == nil) else {
            throw MsgError(.configuration, "The URL of RabbitMQ must have both certfile and keyfile, or neither.")
        }
    }
}
