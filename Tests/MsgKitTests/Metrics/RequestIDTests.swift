import Logging
import MsgKit
import Testing

@Suite struct RequestIDTests {
    @Test(arguments: ["12345678", "0af7651916cd43dd8448eb211c80319c", "a-b_c.D-9", String(repeating: "x", count: 64)])
    func wellFormedOnesAreTaken(text: String) {
        #expect(RequestID(text)?.description == text)
    }

    @Test(arguments: [
        "", "1234567", String(repeating: "x", count: 65), "with space", "line\nbreak", "quote\"\"\"", "ärgerlich",
        "12345678\u{0}",
    ])
    func othersAreNot(text: String) {
        #expect(RequestID(text) == nil)
    }

    @Test func ownOnesDifferAndAreWellFormed() {
        let ids = (0..<1_000).map { _ in RequestID.next() }
        #expect(Set(ids).count == 1_000)
        #expect(ids.allSatisfy { RequestID($0.description) == $0 })
    }

    @Test func logLinesHaveTheCurrentOne() async {
        let id = RequestID.next()
        #expect(RequestID.metadataProvider.get() == [:])
        await RequestID.$current.withValue(id) {
            #expect(RequestID.metadataProvider.get() == ["request": "\(id)"])
            // Also in what goes on beside.
            let inside = await Task { RequestID.metadataProvider.get() }.value
            #expect(inside == ["request": "\(id)"])
        }
    }
}
