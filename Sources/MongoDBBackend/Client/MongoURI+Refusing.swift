import CMongoC
import MsgKit

/// What is wrong in a URL that the library would take all the same.
extension MongoURI {
    /// Why a URL can't be read. What the library says of it is quoted nowhere: it may hold the URL, and with it a
    /// password.
    static func unreadable(_ error: bson_error_t, _ options: MongoDBOptions) -> MsgError {
        let message = MongoFailure(error).message
        if message.hasPrefix(unsupportedValue) { return unusable(message, options) }
        return MsgError(
            .configuration,
            "What \(options.urlName) says is no MongoDB URL; one is like mongodb://host:27017/database?replicaSet=rs0.")
    }

    private static let unsupportedValue = "Unsupported value for \""

    private static func unusable(_ complaint: String, _ options: MongoDBOptions) -> MsgError {
        MsgError(
            .configuration,
            "What \(options.urlName) says has a value of the option \(name(in: complaint)) that can't be used; correct it "
                + "or leave it out.")
    }

    /// The option's name, which stands in quotes.
    private static func name(in complaint: String) -> String {
        let parts = complaint.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count >= 3 ? String(parts[1]) : "compressors"
    }

    /// Refuses options that the library only warns of and then leaves out: somebody relies on them. Values are not
    /// quoted, as they may be secrets.
    static func refuse(_ complaints: [String], _ options: MongoDBOptions) throws {
        for complaint in complaints {
            if complaint.contains("Unsupported URI option") {
                throw MsgError(
                    .configuration,
                    "What \(options.urlName) says has the option \(name(in: complaint)), which MongoDB does not know; "
                        + "correct its name or leave it out.")
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
            "What \(options.urlName) says asks for MONGODB-X509, which needs tls=true and a certificate.")
    }
}
