import NIOCore
import SocketTestKit
import Testing

@testable import EngineIO

struct SessionStateTests {
    @Test func pollIsParkedUntilThereIsSomething() {
        var state = SessionState(transport: .polling)
        #expect(state.pollReceived(hasOutgoing: false) == .park)
        #expect(state.outgoingReady() == true)
        #expect(state.outgoingReady() == false)
        #expect(state.pollReceived(hasOutgoing: true) == .answer)
        #expect(state.outgoingReady() == false)
    }

    @Test func secondPollIsRefused() {
        var state = SessionState(transport: .polling)
        #expect(state.pollReceived(hasOutgoing: false) == .park)
        #expect(state.pollReceived(hasOutgoing: false) == .refuseAndClose)
    }

    @Test func secondPostIsRefused() {
        var state = SessionState(transport: .polling)
        #expect(state.postReceived() == .take)
        #expect(state.postReceived() == .refuseAndClose)
        state.postAnswered()
        #expect(state.postReceived() == .take)
    }

    @Test func upgradeTakesOverStepByStep() {
        var state = SessionState(transport: .polling)
        #expect(state.pollReceived(hasOutgoing: false) == .park)
        #expect(state.acceptsUpgrade)
        #expect(state.upgradeConnected() == true)
        #expect(!state.acceptsUpgrade)
        #expect(state.upgradeConnected() == false)
        #expect(state.probeReceived() == .answer(endPoll: true))
        #expect(state.pollReceived(hasOutgoing: false) == .answerNoop)
        #expect(state.pollReceived(hasOutgoing: true) == .answer)
        #expect(state.transport == .polling)
        #expect(state.upgradeReceived() == .switchTransport(endPoll: false))
        #expect(state.transport == .websocket)
        #expect(state.pollReceived(hasOutgoing: false) == .refuse(.badRequest))
        #expect(state.postReceived() == .refuse(.badRequest))
        #expect(!state.acceptsUpgrade)
    }

    @Test func upgradeWithoutProbeIsRejected() {
        var state = SessionState(transport: .polling)
        #expect(state.probeReceived() == .reject)
        #expect(state.upgradeConnected() == true)
        #expect(state.upgradeReceived() == .reject)
        state.upgradeAbandoned()
        #expect(state.acceptsUpgrade)
        #expect(state.pollReceived(hasOutgoing: false) == .park)
    }

    @Test func probeTwiceIsRejected() {
        var state = SessionState(transport: .polling)
        #expect(state.upgradeConnected() == true)
        #expect(state.probeReceived() == .answer(endPoll: false))
        #expect(state.probeReceived() == .reject)
    }

    @Test func closingAnswersTheParkedPoll() {
        var state = SessionState(transport: .polling)
        #expect(state.pollReceived(hasOutgoing: false) == .park)
        #expect(state.closeRequested() == .answerGoodbye)
        #expect(state.closeRequested() == .none)
        #expect(state.pollReceived(hasOutgoing: false) == .refuse(.unknownSession))
    }

    @Test func closingWaitsForThePoll() {
        var state = SessionState(transport: .polling)
        #expect(state.closeRequested() == .awaitPoll)
        #expect(!state.isOpen)
        #expect(state.postReceived() == .refuse(.unknownSession))
        #expect(state.pollReceived(hasOutgoing: true) == .answerGoodbye)
        #expect(state.pollReceived(hasOutgoing: true) == .refuse(.unknownSession))
    }

    @Test func packetsOfAClient() {
        let state = SessionState(transport: .websocket)
        let message = EngineIOMessage.text(ByteBuffer(string: "x"))
        #expect(state.packetReceived(.message(message)) == .deliver(message))
        #expect(state.packetReceived(.pong(ByteBuffer())) == .heartbeat)
        #expect(state.packetReceived(.close) == .close(.transportClose))
        #expect(state.packetReceived(.ping(ByteBuffer())) == .close(.transportError))
        #expect(state.packetReceived(.open(ByteBuffer())) == .close(.parseError))
        #expect(state.packetReceived(.noop) == .ignore)
    }

    @Test func nothingIsDeliveredAfterTheEnd() {
        var state = SessionState(transport: .websocket)
        #expect(state.transportLost() == true)
        #expect(state.transportLost() == false)
        #expect(state.packetReceived(.message(.text(ByteBuffer()))) == .ignore)
        #expect(state.closeRequested() == .none)
    }

    @Test func websocketIsClosedByItsFrame() {
        var state = SessionState(transport: .websocket)
        #expect(state.closeRequested() == .closeWebSocket)
        #expect(state.transportLost() == false)
    }

    @Test func anyOrderOfEventsEndsClosed() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of anyOrderOfEventsEndsClosed: \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            var state = SessionState(transport: Bool.random(using: &random) ? .polling : .websocket)
            for _ in 0..<20 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0: _ = state.pollReceived(hasOutgoing: Bool.random(using: &random))
                case 1: _ = state.outgoingReady()
                case 2: _ = state.pollAbandoned()
                case 3: _ = state.postReceived()
                case 4: state.postAnswered()
                case 5: _ = state.upgradeConnected()
                case 6: _ = state.probeReceived()
                case 7: _ = state.upgradeReceived()
                case 8: state.upgradeAbandoned()
                default: if Int.random(in: 0..<10, using: &random) == 0 { _ = state.closeRequested() }
                }
            }
            _ = state.transportLost()
            #expect(!state.isOpen)
            #expect(state.pollReceived(hasOutgoing: true) == .refuse(.unknownSession))
        }
    }
}
