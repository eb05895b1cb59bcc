/// Names that the reference's clients and servers use for events of their own.
package enum ReservedEvents {
    private static let names: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]

    package static func contains(_ name: String) -> Bool {
        names.contains(name)
    }

    /// A handler of such a name would wait for ever.
    static func preconditionIsFree(_ name: String) {
        precondition(
            !contains(name),
            "No client may send the event \"\(name)\"; onConnection, onDisconnecting and onDisconnect tell of sockets.")
    }
}
