import DequeModule
import NIOCore
import NIOWebSocket

/// A websocket that wants to take over a polling session.
struct PendingUpgrade {
    let link: WebSocketLink
    let timeout: TimeoutEntry
}

extension EngineIOSession {
    /// A websocket for this session was connected. It has ``EngineIOConfiguration/upgradeTimeout`` to take over.
    func upgradeConnected(_ link: WebSocketLink) {
        eventLoop.assertInEventLoop()
        link.attach(to: self)
        guard state.upgradeConnected() else {
            link.close(.policyViolation)
            link.detach()
            return
        }
        let timeout = TimeoutEntry()
        upgrade = PendingUpgrade(link: link, timeout: timeout)
        loop.upgrades.append(timeout, for: self)
    }

    func packetReceived(_ packet: EngineIOPacket, from link: WebSocketLink) {
        if link === self.link {
            take(packet)
            return
        }
        guard let upgrade, link === upgrade.link else { return }
        switch packet {
        case .ping(let data) where data == ByteBuffer(string: "probe"): probeReceived(link)
        case .upgrade: upgradeReceived(upgrade)
        default: abandonUpgrade(closing: .protocolError)
        }
    }

    private func probeReceived(_ link: WebSocketLink) {
        switch state.probeReceived() {
        case .answer(let endPoll):
            if endPoll { answerPoll(.noop) }
            _ = link.write(EngineIOOutgoing.probeAnswer.frames)
            link.flush()
        case .reject: abandonUpgrade(closing: .protocolError)
        }
    }

    private func upgradeReceived(_ upgrade: PendingUpgrade) {
        switch state.upgradeReceived() {
        case .switchTransport(let endPoll):
            if endPoll { answerPoll(.noop) }
            upgrade.timeout.cancel()
            self.upgrade = nil
            self.link = upgrade.link
            server.registry.upgraded(self)
            server.configuration.observer?.sessionUpgraded()
            if isPaused { upgrade.link.setReading(paused: true) }
            for outgoing in outbox.takeMessages() { write(outgoing) }
            flushLater()
        case .reject: abandonUpgrade(closing: .protocolError)
        }
    }

    /// Gives the upgrade up; the session goes on by polling. `code` is nil when the connection is gone already.
    func abandonUpgrade(closing code: WebSocketErrorCode?) {
        guard let upgrade else { return }
        self.upgrade = nil
        upgrade.timeout.cancel()
        state.upgradeAbandoned()
        if let code { upgrade.link.close(code) }
        upgrade.link.detach()
    }
}
