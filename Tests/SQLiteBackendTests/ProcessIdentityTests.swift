import Foundation
import Testing

@testable import SQLiteBackend

/// When a process counts as ended.
@Suite struct ProcessIdentityTests {
    @Test func thisProcessLives() {
        #expect(!ProcessIdentity.current.hasEnded)
        #expect(ProcessIdentity.current.pid == getpid())
        #expect(!ProcessIdentity.current.host.isEmpty)
    }

    @Test func aKilledProcessHasEnded() async throws {
        let process = try Processes.sleeping()
        let identity = ProcessIdentity(of: process.processIdentifier)
        #expect(!identity.hasEnded)
        await Processes.end(process)
        #expect(identity.hasEnded)
    }

    @Test func aLaterProcessOfTheSameNumberIsAnother() {
        var earlier = ProcessIdentity.current
        earlier.start = "1"
        #expect(earlier.hasEnded)
    }

    @Test func ofAnotherContainersProcessNothingIsKnown() {
        var foreign = ProcessIdentity.current
        foreign.host = "elsewhere"
        foreign.pid = 999_999
        #expect(!foreign.hasEnded)
    }
}
