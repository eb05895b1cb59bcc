import CMongoC
import Foundation
import MsgKit

/// What is wrong in a URL that the library would take all the same.
extension MongoURI {
    /// Why a URL can't be read. What the library says of it is quoted nowhere: it may hold the URL, and with it a
    /// password.
    static func unreadable(_ error: bson_error_t, _ options: MongoDBOptions) -> MsgError {
        let message = MongoFailure(error).message
        if message.hasPrefix(unsupportedValue) { return unusable(message, options) }
        let words = Set(message.lowercased().split { !$0.isLetter }.map(String.init))
        let isOfMechanism = message.contains("authentication mechanism")
        let named = written(options).filter { name in
            words.contains(name.lowercased()) || isOfMechanism && name.lowercased() == "authmechanism"
        }
        guard named.isEmpty else {
            return MsgError(
                .configuration,
                "the option \(named.map(\.printable).joined(separator: " and ")) does not go with the rest of the URL; "
                    + "correct it or leave it out")
        }
        return MsgError(
            .configuration,
            "this is no URL that MongoDB can be reached by; write one like "
                + "mongodb://host:27017/database?replicaSet=rs0, and what is special in a user or password "
                + "percent-encoded, such as % as %25")
    }

    /// The names of the options, as they are written in the URL.
    private static func written(_ options: MongoDBOptions) -> [String] {
        let query = options.url.reveal().split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        return query.split { $0 == "&" || $0 == ";" }.map { String($0.prefix { $0 != "=" }) }
    }

    /// A file that can't be read would show as servers that can't be reached.
    static func checkFiles(_ uri: OpaquePointer) throws {
        for (key, name) in [
            (MONGOC_URI_TLSCAFILE, "tlsCAFile"), (MONGOC_URI_TLSCERTIFICATEKEYFILE, "tlsCertificateKeyFile"),
        ] {
            guard let path = mongoc_uri_get_option_as_utf8(uri, key, nil).map({ String(cString: $0) }),
                !FileManager.default.isReadableFile(atPath: path)
            else { continue }
            throw MsgError(
                .configuration, "the file \(path.printable), which \(name) names, can't be read; correct the path")
        }
    }

    private static let unsupportedValue = "Unsupported value for \""

    private static func unusable(_ complaint: String, _ options: MongoDBOptions) -> MsgError {
        MsgError(
            .configuration,
            "the option \(name(in: complaint, options)) has a value that can't be used; correct it or leave it out")
    }

    /// The option's name, which stands in quotes and small letters there, as it is written in the URL.
    private static func name(in complaint: String, _ options: MongoDBOptions) -> String {
        let parts = complaint.split(separator: "\"", omittingEmptySubsequences: false)
        let name = parts.count >= 3 ? String(parts[1]) : "compressors"
        return (written(options).first { $0.lowercased() == name.lowercased() } ?? name).printable
    }

    /// Refuses options that the library only warns of and then leaves out: somebody relies on them. Values are not
    /// quoted, as they may be secrets.
    static func refuse(_ complaints: [String], _ options: MongoDBOptions) throws {
        for complaint in complaints {
            if complaint.contains("Unsupported URI option") {
                throw MsgError(
                    .configuration,
                    "MongoDB has no option \(name(in: complaint, options)); correct its name or leave it out")
            }
            if complaint.contains(unsupportedValue) || complaint.contains("Unsupported compressor") {
                throw unusable(complaint, options)
            }
            MongoLibrary.complain(complaint)
        }
    }

    /// The library crashes when it is to show a certificate without TLS.
    static func checkMechanism(_ uri: OpaquePointer, _ options: MongoDBOptions) throws {
        guard let mechanism = mongoc_uri_get_auth_mechanism(uri), !mongoc_uri_get_tls(uri),
            String(cString: mechanism).uppercased() == "MONGODB-X509"
        else { return }
        throw MsgError(
            .configuration,
            "authMechanism=MONGODB-X509 needs TLS and a certificate; add tls=true and tlsCertificateKeyFile")
    }
}
