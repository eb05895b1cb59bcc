import CCurl
import DequeModule
import Foundation
import MsgKit
import Synchronization

/// Sends requests to one engine: one multi handle of libcurl on one thread, connections kept and reused.
///
/// Bounded on every side: so many requests under way, so many that wait for a connection (more are refused as busy), so
/// long an answer, and each request's own deadline, which counts from when it is sent here.
final class HTTPTransport: Sendable {
    /// A multi handle as other threads see it.
    ///
    /// Safe to send: all they do with it is `curl_multi_wakeup`, which libcurl allows from any thread, and they do it
    /// under the lock under which it is taken away before it is freed.
    private struct Wakeable: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer

        func wake() { curl_multi_wakeup(multi) }
    }

    private struct State {
        var waiting: Deque<PendingRequest> = []
        /// The multi handle while its thread runs.
        var multi: Wakeable?
        /// When it is closing: the instant at which what is under way is given up.
        var closing: ContinuousClock.Instant?
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// libcurl and the TLS library beneath are set up once in a process, before any thread uses them.
    private static let isSetUp = curl_global_init(Int(CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32)) == CURLE_OK

    let engine: EngineAddress
    private let options: TransportOptions
    private let state = Mutex(State())

    /// It runs, and keeps itself alive, until it is closed.
    init(engine: EngineAddress, options: TransportOptions) throws {
        guard Self.isSetUp else {
            throw MsgError(.internalError, "The HTTP library could not be set up.", cause: TransportError.noHandle)
        }
        self.engine = engine
        self.options = options
        let thread = Thread { self.run() }
        thread.name = "elasticsearch"
        thread.start()
    }

    /// - Throws: ``TransportError``, ``ErrorCode/serverBusy`` when too many wait, or `CancellationError`.
    func send(_ request: HTTPRequest, until deadline: ContinuousClock.Instant) async throws -> HTTPAnswer {
        let pending = PendingRequest(request, deadline: deadline)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard pending.wait(continuation) else { return }
                if let refusal = enqueue(pending) { pending.finish(.failure(refusal)) }
            }
        } onCancel: {
            pending.finish(.failure(CancellationError()))
            wake()
        }
    }

    /// Refuses what comes from now on and returns when what is under way has ended, given up at the deadline.
    func close(within limit: Duration) async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.hasEnded { return true }
                state.closing = state.closing ?? .now + limit
                state.closers.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
            wake()
        }
    }

    private func enqueue(_ pending: PendingRequest) -> (any Error)? {
        state.withLock { state in
            guard state.closing == nil, !state.hasEnded else { return TransportError.closed }
            if state.waiting.count >= options.maximumWaiting { state.waiting.removeAll { $0.isOver } }
            guard state.waiting.count < options.maximumWaiting else {
                return MsgError(.serverBusy, "Too many requests wait for the search engine; try again in a moment.")
            }
            state.waiting.append(pending)
            state.multi?.wake()
            return nil
        }
    }

    private func wake() {
        state.withLock { $0.multi?.wake() }
    }
}

/// What its thread does.
extension HTTPTransport {
    private func run() {
        // libcurl is told to leave signals alone, and a TLS library may write to a connection that is gone.
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, nil)
        let multi = curl_multi_init()
        if let multi {
            msgctl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, options.maximumConnections)
            let wakeable = Wakeable(multi: multi)
            state.withLock { $0.multi = wakeable }
            work(multi)
        }
        let (waiting, closers) = state.withLock { state in
            state.multi = nil
            state.hasEnded = true
            defer {
                state.waiting = []
                state.closers = []
            }
            return (state.waiting, state.closers)
        }
        let reason = multi == nil ? TransportError.noHandle : .closed
        for pending in waiting { pending.finish(.failure(reason)) }
        if let multi { curl_multi_cleanup(multi) }
        for closer in closers { closer.resume() }
    }

    /// Goes on until it is closed.
    private func work(_ multi: UnsafeMutableRawPointer) {
        var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
        func end(_ transfer: Transfer, _ result: Result<HTTPAnswer, any Error>) {
            curl_multi_remove_handle(multi, transfer.handle)
            transfers[transfer.handle] = nil
            transfer.pending.finish(result)
        }
        while true {
            for transfer in transfers.values where transfer.pending.isOver {
                end(transfer, .failure(CancellationError()))
            }
            let (ready, areMoreWaiting, closing) = take(options.maximumConnections - transfers.count)
            for pending in ready {
                guard let transfer = Transfer(pending, to: engine, options: options),
                    curl_multi_add_handle(multi, transfer.handle) == CURLM_OK
                else {
                    pending.finish(.failure(TransportError.noHandle))
                    continue
                }
                transfers[transfer.handle] = transfer
            }
            if let closing, transfers.isEmpty && !areMoreWaiting || closing <= .now { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var hasEnded = false
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let transfer = transfers[message.pointee.easy_handle]
                else { continue }
                // The message is gone with the handle.
                let code = msgctl_message_result(message)
                end(transfer, transfer.result(code))
                hasEnded = true
            }
            // Who waits for a connection must hear when the time is up; all else wakes it.
            let isWatched = areMoreWaiting || closing != nil
            if !hasEnded { curl_multi_poll(multi, nil, 0, isWatched ? 50 : 60_000, nil) }
        }
        for transfer in transfers.values { end(transfer, .failure(TransportError.closed)) }
    }

    /// The next requests, at most so many; those whose time is up are told.
    private func take(_ room: Int) -> (ready: [PendingRequest], areMoreWaiting: Bool, closing: ContinuousClock.Instant?)
    {
        let now = ContinuousClock.now
        var late: [PendingRequest] = []
        let taken = state.withLock { state in
            var ready: [PendingRequest] = []
            while ready.count < room, let next = state.waiting.popFirst() {
                if next.isOver { continue }
                if next.deadline <= now { late.append(next) } else { ready.append(next) }
            }
            state.waiting.removeAll { pending in
                guard pending.deadline <= now else { return pending.isOver }
                late.append(pending)
                return true
            }
            return (ready, !state.waiting.isEmpty, state.closing)
        }
        for pending in late { pending.finish(.failure(TransportError.neverSent)) }
        return taken
    }
}
