import Synchronization

/// The namespaces of a server.
final class NamespaceRegistry: Sendable {
    let context: ServerContext
    private let namespaces = Mutex<[String: Namespace]>([:])

    init(context: ServerContext) {
        self.context = context
    }

    var all: [Namespace] { namespaces.withLock { Array($0.values) } }

    func of(_ name: String) -> Namespace {
        namespaces.withLock { namespaces in
            if let namespace = namespaces[name] { return namespace }
            let namespace = Namespace(name: name, context: context)
            namespaces[name] = namespace
            return namespace
        }
    }

    /// For a client; nil when the application made none of this name.
    func existing(_ name: String) -> Namespace? {
        namespaces.withLock { $0[name] }
    }
}
