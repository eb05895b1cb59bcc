import Foundation
import MsgKit
import Testing

struct FieldReaderTests {
    private func errors(
        _ values: [String: JSONValue], in location: FieldError.Location = .body, _ read: (inout FieldReader) -> Void
    ) -> [FieldError] {
        var reader = FieldReader(values, in: location)
        read(&reader)
        do {
            try reader.finish()
            return []
        } catch {
            return (error as? MsgError)?.fields ?? []
        }
    }

    /// Scalar by scalar: a space and a combining mark are one character, and not blank.
    @Test(arguments: [" \u{301}", "\u{200b}", "a"])
    func whatIsNotBlankIsText(text: String) {
        #expect(errors(["q": .string(text)]) { $0.requireText("q", $0.string("q"), atMost: 2) }.isEmpty)
    }

    @Test(arguments: ["", " ", "\t\u{2003}", "abc"])
    func whatIsBlankOrTooLongIsRefused(text: String) {
        #expect(errors(["q": .string(text)]) { $0.requireText("q", $0.string("q"), atMost: 2) }.map(\.path) == ["q"])
    }

    @Test func everyBadFieldIsNamedAtOnce() {
        let found = errors(["b": .integer(1), "c": .string("x"), "d": .string("x"), "e": .null]) { reader in
            _ = reader.requiredString("a")
            _ = reader.string("b")
            _ = reader.bool("c")
            _ = reader.identifier("d", of: User.self)
            _ = reader.requiredIdentifier("e", of: User.self)
        }
        #expect(found.map(\.path) == ["a", "b", "c", "d", "e"])
        #expect(found.allSatisfy { $0.location == .body && $0.type == "field" && !$0.msg.isEmpty })
    }

    @Test func aFieldKeepsItsFirstComplaint() {
        let found = errors(["a": .integer(1)]) { reader in
            _ = reader.requiredString("a")
            reader.complain("a", "Another one.")
        }
        #expect(found.map(\.msg) == ["a must be a string."])
    }

    @Test func fieldsThatNothingReadAreRefusedAndTheKnownOnesNamed() {
        let found = errors(["a": .string("x"), "z": .null, "y": .bool(true)]) { reader in _ = reader.string("a") }
        #expect(found.map(\.path) == ["y", "z"])
        #expect(found.allSatisfy { $0.msg.contains("known are a") })
    }

    /// A body of a hundred kilobytes can hold thousands of them, and each name can be as long as the body.
    @Test func anAnswerToManyUnknownFieldsStaysShort() {
        var values: [String: JSONValue] = [:]
        for number in 0..<20_000 { values["field\(number)"] = .null }
        values[String(repeating: "é", count: 50_000)] = .null
        let found = errors(values) { reader in _ = reader.string("a") }
        #expect(!found.isEmpty)
        #expect(found.count <= 100)
        #expect(found.reduce(0) { $0 + $1.path.utf8.count + $1.msg.utf8.count } < 64 * 1024)
    }

    @Test(arguments: [JSONValue.integer(1), .number(1.5), .bool(true), .array([]), .object([:])])
    func onlyTextIsAString(value: JSONValue) {
        #expect(errors(["a": value]) { _ = $0.string("a") }.map(\.path) == ["a"])
    }

    @Test func absentAndNullAreNothing() throws {
        var reader = FieldReader(["a": .null])
        #expect(reader.string("a") == nil)
        #expect(reader.integer("a", in: 0...1) == nil)
        #expect(reader.bool("b") == nil)
        #expect(reader.date("c") == nil)
        #expect(reader.identifiers("d", of: User.self, atMost: 1) == nil)
        let (hasA, hasB) = (reader.has("a"), reader.has("b"))
        #expect(hasA && !hasB)
        try reader.finish()
    }

    @Test func textCountsAsTruthAndNumberInAQueryOnly() {
        let values: [String: JSONValue] = ["t": .string("true"), "f": .string("false"), "n": .string("7")]
        var query = FieldReader(values, in: .query)
        #expect(query.bool("t") == true)
        #expect(query.bool("f") == false)
        #expect(query.integer("n", in: 0...9) == 7)
        #expect(query.errors.isEmpty)
        var body = FieldReader(values)
        #expect(body.bool("t") == nil)
        #expect(body.integer("n", in: 0...9) == nil)
        #expect(body.errors.map(\.path) == ["t", "n"])
    }

    @Test(arguments: ["TRUE", "1", "", "yes"])
    func otherTextIsNoTruthValue(text: String) {
        let found = errors(["a": .string(text)], in: .query) { _ = $0.bool("a") }
        #expect(found.map(\.location) == [.query])
    }

    @Test(arguments: [
        JSONValue.integer(0), .integer(11), .integer(.max), .integer(.min), .number(1.5), .bool(true), .string("1"),
    ])
    func numbersOutsideTheRangeAreRefused(value: JSONValue) {
        #expect(errors(["a": value]) { _ = $0.integer("a", in: 1...10) }.map(\.path) == ["a"])
    }

    @Test(arguments: ["", "1.0", "1e1", " 1", "0x1", "99999999999999999999", "１"])
    func otherTextIsNoNumber(text: String) {
        #expect(errors(["a": .string(text)], in: .query) { _ = $0.integer("a", in: 1...10) }.count == 1)
    }

    @Test func bothEndsOfARangeBelongToIt() {
        var reader = FieldReader(["a": .integer(1), "b": .integer(10)])
        #expect(reader.integer("a", in: 1...10) == 1)
        #expect(reader.integer("b", in: 1...10) == 10)
    }

    @Test func listsOfIdsAreBoundedAndWhole() {
        let id = User.ID(high: 1, low: 2)
        let good = JSONValue.string(id.description)
        var reader = FieldReader([
            "a": .array([good, good]), "b": .array([good, good, good]), "c": .array([good, .string("x")]), "d": good,
            "e": .array([.null]),
        ])
        #expect(reader.identifiers("a", of: User.self, atMost: 2) == [id, id])
        for path in ["b", "c", "d", "e"] { #expect(reader.identifiers(path, of: User.self, atMost: 2) == nil) }
        #expect(reader.errors.map(\.path) == ["b", "c", "d", "e"])
    }

    @Test(arguments: [
        ("2026-01-31T09:00:00Z", 1_769_850_000_000), ("2026-01-31T09:00:00.250Z", 1_769_850_000_250),
        ("2026-01-31T11:00:00+02:00", 1_769_850_000_000), ("2026-01-31", 1_769_817_600_000),
    ])
    func datesAreInstantsOrDays(text: String, milliseconds: Int64) {
        var reader = FieldReader(["a": .string(text)], in: .query)
        #expect(reader.date("a") == Date(millisecondsSince1970: milliseconds))
    }

    @Test(arguments: ["", "soon", "2026-02-30", "2026-1-1", "1769850000", "2026-01-31T09:00:00"])
    func otherTextIsNoDate(text: String) {
        #expect(errors(["a": .string(text)], in: .query) { _ = $0.date("a") }.map(\.path) == ["a"])
    }

    @Test(arguments: [JSONValue.null, .string("x"), .array([]), .integer(1)])
    func onlyAnObjectHasFields(value: JSONValue) {
        #expect { try FieldReader(object: value) } throws: { ($0 as? MsgError)?.code == .validationFailed }
    }

    @Test func aCheckOfItsOwnFailsTheFieldAndPassesOtherErrorsOn() throws {
        var reader = FieldReader(["name": .string("ab")])
        #expect(try reader.check("name") { try Username("ab") } == nil)
        #expect(reader.errors.map(\.path) == ["name"])
        #expect(throws: MsgError.self) { try reader.check("name") { throw MsgError(.unavailable, "Away.") } }
    }

    @Test func pagesHaveDefaultsAndBounds() {
        var reader = FieldReader([:], in: .query)
        #expect(reader.page(defaultLimit: 20, maximumLimit: 100) == PageRequest(page: 1, limit: 20))
        let found = errors(["page": .string("0"), "limit": .string("101")], in: .query) {
            _ = $0.page(defaultLimit: 20, maximumLimit: 100)
        }
        #expect(found.map(\.path) == ["page", "limit"])
        #expect(
            errors(["page": .string("1000001")], in: .query) { _ = $0.page(defaultLimit: 1, maximumLimit: 1) }.count
                == 1)
    }
}
