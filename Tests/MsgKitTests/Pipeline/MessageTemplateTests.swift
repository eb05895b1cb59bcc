import Testing

@testable import MsgKit

struct MessageTemplateTests {
    @Test(arguments: [
        ("Hi {receiver}, {sender} here", "Hi bob, ada here"), ("{sender}{receiver}{sender}", "adabobada"),
        ("no names", "no names"), ("{receiver}", "bob"), ("a } b { c {} d".replacing("{} ", with: ""), "a } b { c d"),
        ("{{sender}}", "{ada}"), ("{ sender }", "{ sender }"), ("  {sender} \n", "ada"), ("ı{sender}ş\nÇ", "ıadaş\nÇ"),
    ])
    func namesTakeTheirPlaces(text: String, expected: String) throws {
        #expect(try MessageTemplate(text).rendered(sender: "ada", receiver: "bob") == expected)
    }

    @Test func aNameWithAPlaceholderInItStaysAsItIs() throws {
        let template = try MessageTemplate("Hi {receiver}, {sender} here")
        #expect(template.rendered(sender: "{receiver}", receiver: "{sender}") == "Hi {sender}, {receiver} here")
    }

    @Test(arguments: ["Hi {name}", "{}", "{Sender}", "{sender_}", "a {receiver} {x} b"])
    func bracesAroundAnotherWordAreRefused(text: String) {
        #expect(throws: MsgError.self) { try MessageTemplate(text) }
    }

    /// What a message may not hold, a template may not either.
    @Test(arguments: [
        "", " \n", "\u{200b}", "a\u{7}b", "a\u{0}", "a\u{85}b", String(repeating: "x", count: 1001),
        String(repeating: "x", count: 971) + "{sender}",
    ])
    func whatNoMessageMayHoldIsRefused(text: String) {
        #expect(throws: MsgError.self) { try MessageTemplate(text) }
    }

    @Test func namesCountWithThirtyCharacters() throws {
        #expect(throws: Never.self) { try MessageTemplate(String(repeating: "x", count: 970) + "{sender}") }
    }

    @Test(arguments: Configuration.Schedule.Language.allCases)
    func everyShippedTextIsFitForAMessage(language: Configuration.Schedule.Language) throws {
        let templates = ShippedTemplates.all(in: language)
        #expect(templates.count == 10)
        #expect(Set(templates.map(\.text)).count == 10)
        for template in templates {
            #expect(try MessageTemplate(template.text) == template)
            #expect(template.text.contains("{receiver}"))
        }
    }

    @Test func theLanguageChoosesTheShippedTexts() {
        var configuration = Configuration()
        #expect(PipelineSettings(configuration).defaultPool.templates == ShippedTemplates.all(in: .en))
        configuration.schedule.language = .tr
        #expect(PipelineSettings(configuration).defaultPool.templates == ShippedTemplates.all(in: .tr))
    }

    @Test func ownTextsTakeThePlaceOfTheShippedOnes() throws {
        var configuration = Configuration()
        configuration.schedule.templates = [try MessageTemplate("Hi {receiver}")]
        #expect(PipelineSettings(configuration).defaultPool.templates.map(\.text) == ["Hi {receiver}"])
    }
}
