import Synchronization

/// The namespaces of a server.
///
/// Sockets are counted in and out of children under the same lock under which these are made and forgotten, so that no
/// socket is ever in a child that is forgotten, and no name has two.
final class NamespaceRegistry: Sendable {
    /// What became of a client's wish to connect.
    enum Entry: Sendable {
        /// It is counted in; `leave` has to follow.
        case entered(Namespace)
        case unknown
        /// There are ``SocketIOConfiguration/maxDynamicNamespaces`` children.
        case full
    }

    private struct Place {
        let namespace: Namespace
        /// Sockets connecting or connected. Counted for children only.
        var occupants = 0
    }

    private struct State {
        var places: [String: Place] = [:]
        /// Made by the application and not yet shown to everybody who wants to know; clients can't connect to them.
        var prepared: [String: Namespace] = [:]
        var parents: [ParentNamespace] = []
        var childCount = 0
        var hooks: [@Sendable (Namespace) -> Void] = []
    }

    let context: ServerContext
    private let state = Mutex(State())

    init(context: ServerContext) {
        self.context = context
    }

    var all: [Namespace] { state.withLock { $0.places.values.map(\.namespace) } }
    var hasParents: Bool { state.withLock { !$0.parents.isEmpty } }

    func of(_ name: String) -> Namespace {
        let (namespace, hooks) = state.withLock { state -> (Namespace, [@Sendable (Namespace) -> Void]) in
            if let found = state.places[name]?.namespace ?? state.prepared[name] { return (found, []) }
            let namespace = Namespace(name: name, context: context)
            if state.hooks.isEmpty {
                state.places[name] = Place(namespace: namespace)
            } else {
                state.prepared[name] = namespace
            }
            return (namespace, state.hooks)
        }
        guard !hooks.isEmpty else { return namespace }
        // Called without the lock, because they may call this registry, also for this very name.
        for hook in hooks { hook(namespace) }
        state.withLock { state in
            state.prepared[name] = nil
            state.places[name] = Place(namespace: namespace)
        }
        return namespace
    }

    /// `hook` is told of each namespace that is made from now on, before a client can be in it.
    func onNew(_ hook: @escaping @Sendable (Namespace) -> Void) {
        state.withLock { $0.hooks.append(hook) }
    }

    /// For another server; nil when there is none of this name at the moment.
    func present(_ name: String) -> Namespace? {
        state.withLock { $0.places[name]?.namespace }
    }

    func add(_ parent: ParentNamespace) {
        state.withLock { $0.parents.append(parent) }
    }

    /// For a client; nil when the application itself made none of this name.
    func existing(_ name: String) -> Namespace? {
        state.withLock { state in
            guard let namespace = state.places[name]?.namespace, namespace.parent == nil else { return nil }
            return namespace
        }
    }

    // MARK: Children

    /// For a client that wants to connect to what the application did not make itself: the first parent that admits it
    /// has the child. One that exists already belongs to its parent, and only that is asked.
    func enter(_ name: String, _ handshake: Handshake) async -> Entry {
        let parents = state.withLock { state in
            (state.places[name]?.namespace.parent).map { [$0] } ?? state.parents
        }
        for parent in parents {
            if await parent.admits(name, handshake) { return enter(name, childOf: parent) }
        }
        return .unknown
    }

    private func enter(_ name: String, childOf parent: ParentNamespace) -> Entry {
        if let entry = state.withLock({ existing(name, of: parent, in: &$0) }) { return entry }
        // Made without the lock, because the application prepares it and may call this registry.
        let child = parent.makeChild(name)
        for hook in state.withLock({ $0.hooks }) { hook(child) }
        return state.withLock { state in
            if let entry = existing(name, of: parent, in: &state) { return entry }
            state.childCount += 1
            state.places[name] = Place(namespace: child, occupants: 1)
            parent.add(child)
            return .entered(child)
        }
    }

    /// What becomes of a client whom `parent` admits; nil when the child is still to be made.
    private func existing(_ name: String, of parent: ParentNamespace, in state: inout State) -> Entry? {
        guard state.prepared[name] == nil else { return .unknown }
        if let namespace = state.places[name]?.namespace {
            // While the parent was asked, the name may have gone to another, which did not admit this client.
            guard namespace.parent === parent else {
                return namespace.parent == nil ? .entered(namespace) : .unknown
            }
            state.places[name]?.occupants += 1
            return .entered(namespace)
        }
        return state.childCount < context.configuration.maxDynamicNamespaces ? nil : .full
    }

    /// Another socket of a client that is counted in already. `leave` has to follow for both.
    func enterAgain(_ namespace: Namespace) {
        guard namespace.parent != nil else { return }
        state.withLock { $0.places[namespace.name]?.occupants += 1 }
    }

    /// A socket is done with its namespace, or never came to be in it.
    func leave(_ namespace: Namespace) {
        guard let parent = namespace.parent else { return }
        state.withLock { state in
            state.places[namespace.name]?.occupants -= 1
            guard state.places[namespace.name]?.occupants == 0 else { return }
            state.places[namespace.name] = nil
            state.childCount -= 1
            parent.remove(namespace)
        }
    }
}
