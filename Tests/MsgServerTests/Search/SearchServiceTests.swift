import MsgKit
import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SearchServiceTests {
    /// What is shown is HTML: nothing that people wrote may be markup in it.
    @Test(arguments: [
        (
            #"needle <script>alert("1")</script> & 'x'"#,
            "<em>needle</em> &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;"
        ),
        ("<b>needle</b>", "&lt;b&gt;<em>needle</em>&lt;/b&gt;"),
        ("needle &amp; &lt;", "<em>needle</em> &amp;amp; &amp;lt;"),
        (
            "needle <\u{338}b> \"\u{301}x &\u{308} '\u{20dd}",
            "<em>needle</em> &lt;\u{338}b&gt; &quot;\u{301}x &amp;\u{308} &#39;\u{20dd}"
        ),
        ("needle <\u{200d}img> >\u{fe0f}", "<em>needle</em> &lt;\u{200d}img&gt; &gt;\u{fe0f}"),
    ])
    func aHighlightIsEscaped(content: String, html: String) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            try await world.say(content, in: id, by: people[0])
            try await world.index()
            let hit = try #require(try await world.find("needle", for: people[1]).first)
            #expect(hit.highlight.unicodeScalars.elementsEqual(html.unicodeScalars), "\(hit.highlight)")
            #expect(hit.message.content.unicodeScalars.elementsEqual(content.unicodeScalars))
            #expect(hit.sender == people[0].user)
        }
    }

    @Test func onlyOnesOwnConversationsAreSearched() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "eve")
            let admin = try await world.person("root", role: .admin)
            let shared = try await world.group([people[0], people[2]])
            let secret = try await world.group([people[0], people[1]])
            try await world.say("needle shared", in: shared, by: people[0])
            try await world.say("needle secret", in: secret, by: people[0])
            try await world.index()
            #expect(try await world.find("needle", for: people[0]).count == 2)
            #expect(try await world.find("needle", for: people[2]).map(\.message.content) == ["needle shared"])
            #expect(try await world.find("needle", in: secret, for: people[0]).count == 1)
            #expect(try await world.find("needle", for: admin).isEmpty)
            await expect(.conversationNotFound) { try await world.find("needle", in: secret, for: people[2]) }
            await expect(.conversationNotFound) { try await world.find("needle", in: secret, for: admin) }
        }
    }

    @Test func whoLeftFindsNothingThere() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem")
            let id = try await world.group(people)
            try await world.say("needle", in: id, by: people[0])
            try await world.index()
            #expect(try await world.find("needle", for: people[2]).count == 1)
            _ = try await world.conversations.remove(people[2].id, from: id, for: people[2])
            #expect(try await world.find("needle", for: people[2]).isEmpty)
        }
    }

    @Test func aDeletedMessageIsNotFoundEvenBeforeTheIndexKnows() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let message = try await world.say("needle", in: id, by: people[0])
            try await world.index()
            try await world.messages.delete(message.id, by: people[0])
            #expect(try await world.find("needle", for: people[1]).isEmpty)
            try await world.index()
            #expect(try await world.find("needle", for: people[1]).isEmpty)
        }
    }

    @Test func anIndexThatIsNotBuiltYetIsNotReady() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            #expect(try await world.find("needle", for: people[0]).isEmpty, "there is nothing to be found")
            try await world.say("needle", in: id, by: people[0])
            await expect(.unavailable) { try await world.find("needle", for: people[0]) }
            try await world.index()
            #expect(try await world.find("needle", for: people[0]).count == 1)
        }
    }

    @Test(arguments: ["", " ", "\"", "*", "NEAR(", "needle OR", "content:", "-", "((((", "\u{0}", "😀"])
    func oddTextsAreAnsweredWithoutAnError(text: String) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            try await world.say("hay", in: id, by: people[0])
            try await world.index()
            #expect(try await world.find(text, for: people[0]).isEmpty)
        }
    }
}
