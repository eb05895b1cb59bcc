import Testing

@testable import MsgKit

@Suite struct PlanPoolTests {
    /// What the configuration may call a pool a user may be moved to, and nothing else.
    @Test func theNamesAreThoseOfTheConfiguration() {
        let characters = ["a", "z", "0", "9", "-", "_", "A", "Z", ".", " ", "ä", "é", "٣", "\u{0}", "\n", "ａ", ""]
        var names = characters.flatMap { one in characters.flatMap { two in characters.map { one + two + $0 } } }
        names += [String(repeating: "p", count: 60), String(repeating: "p", count: 61), Plan.defaultPool]
        for name in names {
            let configured = try? ValueSyntax<String>.lowercaseName.read(
                ConfigurationInput(.text(name), .environment))
            #expect((try? Plan.validPool(name)) == configured, "\(name.debugDescription)")
        }
    }

    @Test func aRefusalNamesTheFieldAndTheRule() {
        do {
            _ = try Plan.validPool("Night")
            Issue.record("a capital letter was allowed")
        } catch let error as MsgError {
            #expect(error.code == .validationFailed && error.fields.map(\.path) == ["pool"])
        } catch {
            Issue.record("\(error)")
        }
    }
}
