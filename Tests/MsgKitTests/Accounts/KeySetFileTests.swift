import Foundation
import JWTKit
import Logging
import MsgTestKit
import Synchronization
import Testing

@testable import MsgKit

@Suite(.timeLimit(.minutes(1)))
struct KeySetFileTests {
    /// A directory with sets of keys, and what is read of it.
    private final class Place: Sendable {
        let directory: String
        let reads = Journal<Bool>()
        let audited = Journal<String>()
        let logged = Journal<String>()
        private let instant = Mutex(ContinuousClock.now)
        /// Why nothing can be read, as when the file's owner shut it.
        private let failure = Mutex<BoundedFile.Failure?>(nil)

        init() throws {
            directory = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        func advance(by duration: Duration) { instant.withLock { $0 += duration } }
        func fail(_ error: BoundedFile.Failure?) { failure.withLock { $0 = error } }

        func path(_ name: String) -> String { directory + "/" + name }

        func write(_ kid: String, to name: String) throws {
            let x = try EdDSA.PrivateKey(curve: .ed25519).publicKey.rawRepresentation.base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            try Data(#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"\#(kid)","x":"\#(x)"}]}"#.utf8)
                .write(to: URL(filePath: path(name)))
        }

        func link(_ name: String, to target: String) throws {
            try? FileManager.default.removeItem(atPath: path(name))
            try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
        }

        func keySetFile(_ name: String = "jwks.json") -> KeySetFile {
            KeySetFile(
                path: path(name), audit: AuditLog(logger: LogJournal.logger(audited)),
                logger: LogJournal.logger(logged), now: { self.instant.withLock { $0 } },
                read: { path in
                    self.reads.note(true)
                    let (version, content) = BoundedFile.readRegular(path)
                    return (version, self.failure.withLock { $0 }.map { .failure($0) } ?? content)
                })
        }
    }

    private let place: Place

    init() throws {
        place = try Place()
    }

    /// As Kubernetes mounts a ConfigMap: a new one is another directory, which a link in the way is turned to.
    @Test func aFileBehindLinksIsReadAgainWhenTheyLeadElsewhere() async throws {
        for version in ["v1", "v2"] {
            try FileManager.default.createDirectory(atPath: place.path(version), withIntermediateDirectories: false)
            try place.write(version, to: "\(version)/jwks.json")
        }
        try place.link("data", to: "v1")
        try place.link("jwks.json", to: "data/jwks.json")
        let file = place.keySetFile()
        #expect(try await file.keys().ids == ["v1"])
        try place.link("data", to: "v2")
        #expect(try await file.keys().ids == ["v2"])
        #expect(try await file.keys().ids == ["v2"])
        #expect(place.reads.entries.count == 2)
    }

    @Test func aFileThatCouldNotBeReadIsTriedAgainThoughItIsTheSame() async throws {
        try place.write("old", to: "jwks.json")
        let file = place.keySetFile()
        #expect(try await file.keys().ids == ["old"])
        try place.write("new", to: "jwks.json")
        place.fail(.unreadable("may not be read by this user"))
        for _ in 0..<3 { #expect(try await file.keys().ids == ["old"]) }
        #expect(place.reads.entries.count == 2, "once in a while")
        #expect(place.logged.entries.count == 1)
        place.fail(nil)
        #expect(try await file.keys().ids == ["old"])
        place.advance(by: KeySetFile.pause)
        #expect(try await file.keys().ids == ["new"])
        #expect(place.logged.entries.count == 2)
        place.advance(by: KeySetFile.pause)
        #expect(try await file.keys().ids == ["new"])
        #expect(place.reads.entries.count == 3)
    }

    @Test func anotherModeIsReasonToLookAgain() async throws {
        try place.write("one", to: "jwks.json")
        let file = place.keySetFile()
        _ = try await file.keys()
        try place.write("two", to: "jwks.json")
        place.fail(.unreadable("may not be read by this user"))
        #expect(try await file.keys().ids == ["one"])
        place.fail(nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: place.path("jwks.json"))
        #expect(try await file.keys().ids == ["two"])
    }

    @Test func whatIsWrongInItIsNotReadAgainAsLongAsItIsTheSame() async throws {
        try place.write("one", to: "jwks.json")
        let file = place.keySetFile()
        _ = try await file.keys()
        try Data("{".utf8).write(to: URL(filePath: place.path("jwks.json")))
        for _ in 0..<3 {
            #expect(try await file.keys().ids == ["one"])
            place.advance(by: .seconds(60))
        }
        #expect(place.reads.entries.count == 2)
    }

    @Test func aPipeOrADirectoryInItsPlaceKeepsNobodyWaiting() async throws {
        try place.write("one", to: "keys")
        try place.link("jwks.json", to: "keys")
        let file = place.keySetFile()
        #expect(try await file.keys().ids == ["one"])
        #expect(mkfifo(place.path("pipe"), 0o600) == 0)
        for target in ["pipe", "."] {
            try place.link("jwks.json", to: target)
            #expect(try await file.keys().ids == ["one"])
        }
        try place.write("two", to: "keys")
        try place.link("jwks.json", to: "keys")
        #expect(try await file.keys().ids == ["two"])
    }

    @Test func aFileThatIsGoneForAWhileIsReadWhenItIsBack() async throws {
        try place.write("one", to: "jwks.json")
        let file = place.keySetFile()
        _ = try await file.keys()
        try FileManager.default.removeItem(atPath: place.path("jwks.json"))
        for _ in 0..<3 { #expect(try await file.keys().ids == ["one"]) }
        try place.write("two", to: "jwks.json")
        #expect(try await file.keys().ids == ["two"])
    }

    @Test func manyAtOnceReadAChangeOnce() async throws {
        try place.write("one", to: "jwks.json")
        let file = place.keySetFile()
        _ = try await file.keys()
        try place.write("another", to: "jwks.json")
        let ids = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<50 { group.addTask { try await file.keys().ids } }
            return try await group.reduce(into: Set<[String]>()) { $0.insert($1) }
        }
        #expect(ids == [["another"]])
        #expect(place.reads.entries.count == 2)
        #expect(place.audited.entries.count == 2)
    }

    @Test func withoutKeysFromTheStartEverybodyIsTold() async throws {
        let file = place.keySetFile()
        for _ in 0..<2 {
            await #expect { try await file.keys() } throws: { ($0 as? MsgError)?.code == .configuration }
        }
        try place.write("one", to: "jwks.json")
        #expect(try await file.keys().ids == ["one"])
    }
}
