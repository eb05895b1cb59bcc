import EngineIO
import NIOCore
import Synchronization

/// One server's part in a cluster.
final class ServerCluster: Sendable {
    typealias AnswerHandler = @Sendable (ClusterMessage.Answer) -> Void

    /// Names this server among the others.
    let id: String
    private let adapter: any ClusterAdapter
    private let makeID: @Sendable () -> String
    /// Who waits for answers, by the request's id.
    private let waiting = Mutex<[String: AnswerHandler]>([:])
    private let leaving = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ adapter: any ClusterAdapter, configuration: SocketIOConfiguration) {
        self.adapter = adapter
        makeID = { configuration.engine.makeID() }
        id = configuration.engine.makeID()
    }

    /// - Parameter namespaces: not kept alive by the adapter.
    func start(_ namespaces: NamespaceRegistry) {
        let leave = adapter.start { [weak namespaces, weak self] message in
            guard let self, let namespaces, message.sender != self.id else { return }
            self.received(message, namespaces)
        }
        leaving.withLock { $0 = leave }
    }

    /// Leaves the cluster; once is enough.
    func stop() {
        leaving.withLock { $0.take() }?()
    }

    func publish(_ content: ClusterMessage.Content, in namespace: String) {
        adapter.publish(ClusterMessage(sender: id, namespace: namespace, content: content))
    }

    // MARK: Asking

    func peerCount() async throws -> Int { max(0, try await adapter.peerCount()) }

    /// Publishes a request; its answers go to `handler` until `forget`.
    func ask(
        _ request: ClusterMessage.Request, in namespace: String, _ handler: @escaping AnswerHandler
    ) -> String {
        let id = makeID()
        waiting.withLock { $0[id] = handler }
        publish(.request(id: id, request), in: namespace)
        return id
    }

    func forget(_ id: String) {
        waiting.withLock { $0[id] = nil }
    }

    /// One answer of each other server.
    /// - Throws: ``SocketIOError/clusterTimeout(answers:of:)``, and what the adapter throws.
    func gather(
        _ request: ClusterMessage.Request, in namespace: String, timeout: Duration
    ) async throws -> [ClusterMessage.Answer] {
        let peers = try await peerCount()
        guard peers > 0 else { return [] }
        let (answers, continuation) = AsyncStream<ClusterMessage.Answer>.makeStream()
        let id = ask(request, in: namespace) { continuation.yield($0) }
        let timer = Task {
            try await Task.sleep(for: timeout)
            continuation.finish()
        }
        defer {
            timer.cancel()
            forget(id)
        }
        var gathered: [ClusterMessage.Answer] = []
        for await answer in answers {
            gathered.append(answer)
            if gathered.count == peers { return gathered }
        }
        try Task.checkCancellation()
        throw SocketIOError.clusterTimeout(answers: gathered.count, of: peers)
    }

    // MARK: Being told

    private func received(_ message: ClusterMessage, _ namespaces: NamespaceRegistry) {
        if case .answer(let id, let server, let answer) = message.content {
            guard server == self.id else { return }
            waiting.withLock { $0[id] }?(answer)
            return
        }
        guard let namespace = namespaces.present(message.namespace) else {
            // Nobody of this server is there; whoever counts answers is told so.
            if case .request(let id, let request) = message.content, let answer = request.answerOfNobody {
                publish(.answer(id: id, to: message.sender, answer), in: message.namespace)
            }
            return
        }
        namespace.perform(message, for: self)
    }
}

extension ClusterMessage.Request {
    fileprivate var answerOfNobody: ClusterMessage.Answer? {
        switch self {
        case .sockets: .sockets([])
        case .ask: .asked(0)
        case .serverSideEmit(_, let wantsAnswer): wantsAnswer ? .event(nil) : nil
        }
    }
}
