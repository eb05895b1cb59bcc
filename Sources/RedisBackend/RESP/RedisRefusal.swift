import MsgKit

/// A server's error reply, and whose affair it is.
struct RedisRefusal: CustomStringConvertible {
    enum Kind: Equatable {
        /// A state of the server that passes.
        case passing
        /// What the address or the server's own settings say is wrong, and stays so until somebody mends it.
        case misconfigured
        /// A command that this program should not have sent.
        case unforeseen
    }

    let kind: Kind
    /// A clause whose subject is the server.
    let description: String
    /// Whether the server is a replica, which writes nothing.
    let isReadOnly: Bool

    private static let passing: Set<String> = [
        "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS",
        "UNKILLABLE",
    ]

    /// - Parameter text: as the server sent it.
    init(_ text: String) {
        let text = Self.withoutScript(text)
        isReadOnly = text.hasPrefix("READONLY")
        if let advice = Self.advice(on: text) {
            (kind, description) = (.misconfigured, advice)
        } else if Self.passing.contains(String(text.prefix { $0 != " " }))
            || text.hasPrefix("ERR max number of clients")
        {
            (kind, description) = (.passing, "does not take commands at the moment: \(text.printable)")
        } else {
            (kind, description) = (.unforeseen, "refused a command: \(text.printable)")
        }
    }

    /// What a command was refused with within a script: Redis before 7 wraps it in words of its own.
    private static func withoutScript(_ text: String) -> String {
        guard text.hasPrefix("ERR Error running script"), let dash = text.firstRange(of: ": -") else { return text }
        return String(text[dash.upperBound...])
    }

    /// What of an error is kept: of a command that it does not know the server repeats the arguments, be they passwords.
    static func withoutArguments(_ text: String) -> String {
        text.firstRange(of: ", with args beginning with:").map { String(text[..<$0.lowerBound]) } ?? text
    }

    /// What to do about it, where that is for the operator to do.
    private static func advice(on text: String) -> String? {
        if begins(text, "WRONGPASS", "ERR invalid password") {
            return "refuses the user name or the password; correct them"
        }
        if begins(text, "NOAUTH") {
            return "wants a password; write redis://:PASSWORD@host, or redis://USER:PASSWORD@host"
        }
        if begins(text, "ERR AUTH", "ERR Client sent AUTH") { return "has no password; leave it out" }
        if begins(text, "ERR DB index", "ERR invalid DB index", "ERR value is out of range") {
            return "has no database of that number; write a smaller one behind the host, or raise its \"databases\""
        }
        if begins(text, "ERR SELECT is not allowed in cluster mode", "MOVED ", "ASK ", "CROSSSLOT") {
            return "is a node of a Redis Cluster, which can't be used; name a single server or a primary with replicas"
        }
        if begins(text, "DENIED") {
            return "is in protected mode; give it a password (requirepass, or an ACL user) and write that in the URL"
        }
        // Scripts tell of it behind other words, which differ from version to version.
        let isForbidden = ["ACL failure in script", "NOPERM", "executing the script can't"].contains {
            text.contains($0)
        }
        guard isForbidden else { return nil }
        return "does not permit its user what is needed; grant that with ACL SETUSER (\(text.printable))"
    }

    private static func begins(_ text: String, _ beginnings: String...) -> Bool {
        beginnings.contains { text.hasPrefix($0) }
    }
}
