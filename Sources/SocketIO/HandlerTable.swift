import Synchronization

/// The handlers of a ``Namespace`` or a ``ParentNamespace``. Filled through ``HandlerRegistration``.
public final class HandlerTable: Sendable {
    private let registered = Mutex(NamespaceHandlers())

    init() {}

    func withLock<Value: Sendable>(_ body: (inout NamespaceHandlers) -> Value) -> Value {
        registered.withLock { body(&$0) }
    }
}
