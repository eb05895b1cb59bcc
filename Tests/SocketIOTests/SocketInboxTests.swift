import SocketTestKit
import Testing

@testable import SocketIO

struct SocketInboxTests {
    @Test func oneDrainAtATime() {
        var inbox = SocketInbox()
        #expect(inbox.append(.connected, limit: 10) == .init(startsDraining: true, holds: false))
        #expect(inbox.append(.connected, limit: 10) == .init(startsDraining: false, holds: false))
        #expect(inbox.next(limit: 10).item != nil)
        #expect(inbox.next(limit: 10).item != nil)
        #expect(inbox.append(.connected, limit: 10) == .init(startsDraining: false, holds: false))
        #expect(inbox.next(limit: 10).item != nil)
        #expect(inbox.next(limit: 10).item == nil)
        #expect(inbox.append(.connected, limit: 10) == .init(startsDraining: true, holds: false))
    }

    @Test func holdsAtTheLimitAndReleasesAtHalf() {
        var inbox = SocketInbox()
        let arrivals = (0..<5).map { _ in inbox.append(.connected, limit: 4).holds }
        #expect(arrivals == [false, false, false, true, false])
        let releases = (0..<5).map { _ in inbox.next(limit: 4).releases }
        #expect(releases == [false, false, true, false, false])
        #expect(inbox.append(.connected, limit: 4).holds == false)
    }

    @Test(arguments: [0, 1])
    func smallestLimitsStillMove(limit: Int) {
        var inbox = SocketInbox()
        #expect(inbox.append(.connected, limit: limit).holds == true)
        #expect(inbox.next(limit: limit).releases == true)
    }
}
