import NIOCore

extension EngineIOSession {
    /// A GET: parked until there is something to send, unless there is already.
    func pollReceived(answer: EventLoopPromise<EngineIOResponse>) {
        eventLoop.assertInEventLoop()
        switch state.pollReceived(hasOutgoing: !outbox.isEmpty) {
        case .park: poll = answer
        case .answer:
            answer.succeed(
                EngineIOResponse(payload: outbox.takePayload(maxPackets: server.configuration.maxPacketsPerPoll)))
        case .answerNoop: answer.succeed(.noop)
        case .answerGoodbye:
            answer.succeed(EngineIOResponse(payload: outbox.takeFarewell("1")))
            abort(reason: .forcedClose)
        case .refuse(let problem): answer.succeed(EngineIOResponse(problem: problem))
        case .refuseAndClose:
            answer.succeed(EngineIOResponse(problem: .badRequest))
            closeNow(reason: .transportError)
        }
    }

    /// The request of a GET was cancelled. What was answered before is not affected.
    func pollCancelled(answer: EventLoopPromise<EngineIOResponse>) {
        eventLoop.assertInEventLoop()
        guard poll == answer else { return }
        poll = nil
        answer.succeed(EngineIOResponse(problem: .badRequest))
        if state.pollAbandoned() { closeNow(reason: .transportError) }
    }

    /// A POST, decoded.
    func postReceived(_ packets: [EngineIOPacket], answer: EventLoopPromise<EngineIOResponse>) {
        eventLoop.assertInEventLoop()
        switch state.postReceived() {
        case .take: postTaken(packets, answer: answer)
        case .refuse(let problem): answer.succeed(EngineIOResponse(problem: problem))
        case .refuseAndClose:
            answer.succeed(EngineIOResponse(problem: .badRequest))
            closeNow(reason: .transportError)
        }
    }
}
