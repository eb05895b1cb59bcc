import HTTPTypes
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@testable import MsgServer

/// Wishes of people as the REST API has them.
@Suite(.timeLimit(.minutes(3)))
struct ExclusionRoutesTests {
    /// Somebody who is logged in and asks.
    struct Client {
        let api: TestAPI
        let id: User.ID
        let token: String

        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> TestAPI.Answer {
            try await api.ask(
                method, path, headers: [.authorization: "Bearer \(token)", .contentType: "application/json"],
                body: body)
        }

        /// The ids of whom they have excluded, by an answer.
        static func excluded(_ answer: TestAPI.Answer) -> [String] {
            guard case .object(let data)? = answer["data"], case .array(let people)? = data["exclusions"] else {
                return ["no exclusions in \(answer.text)"]
            }
            return people.map { person in
                guard case .object(let fields) = person, case .string(let id)? = fields["id"] else { return "no id" }
                return id
            }
        }
    }

    /// What somebody gets to see.
    struct Seen: Equatable {
        let call: String
        let status: Int
        let body: JSONValue?

        init(_ call: String, _ answer: TestAPI.Answer) {
            self.call = call
            status = answer.status
            body = answer.json
        }
    }

    private func clients(_ world: World, _ names: String...) async throws -> [Client] {
        let api = TestAPI(world)
        var clients: [Client] = []
        for name in names {
            let registration = Registration(
                username: try Username(name), email: try EmailAddress("\(name)@example.org"),
                password: try Password("open sesame"))
            let user = try await world.accounts.register(registration)
            let tokens = try await world.accounts.logIn(email: user.email, password: "open sesame").tokens
            clients.append(Client(api: api, id: user.id, token: tokens.accessToken))
        }
        return clients
    }

    private let path = "/api/auth/me/exclusions"

    @Test func exclusionsAreAddedListedAndTakenBack() async throws {
        try await World.with { world in
            let people = try await clients(world, "ada", "bob", "cid")
            let ada = people[0]
            #expect(Client.excluded(try await ada.ask(.get, path)) == [])
            for number in [2, 1, 2] {
                let answer = try await ada.ask(.put, "\(path)/\(people[number].id)")
                #expect(answer.status == 200, "twice is no error")
            }
            let expected = [people[2].id.description, people[1].id.description]
            #expect(Client.excluded(try await ada.ask(.get, path)) == expected)
            for _ in 1...2 {
                let answer = try await ada.ask(.delete, "\(path)/\(people[2].id)")
                #expect(answer.status == 200 && Client.excluded(answer) == [people[1].id.description])
            }
        }
    }

    @Test(arguments: [HTTPRequest.Method.put, .delete])
    func whoIsNobodyOrOneselfIsRefused(_ method: HTTPRequest.Method) async throws {
        try await World.with { world in
            let ada = try await clients(world, "ada")[0]
            for (id, status, code) in [
                ("\(world.identifiers.next(User.self))", 404, "user_not_found"),
                ("\(ada.id)", 400, "bad_request"), ("nobody", 400, "validation_failed"),
            ] {
                let answer = try await ada.ask(method, "\(path)/\(id)")
                #expect(answer.status == status && answer["code"] == .string(code), "\(answer.text)")
            }
            #expect(Client.excluded(try await ada.ask(.get, path)) == [])
        }
    }

    @Test func oneMoreThanAHundredIsRefused() async throws {
        try await World.with { world in
            let ada = try await clients(world, "ada")[0]
            for number in 0..<Exclusion.maximumPerUser {
                let other = try await world.person("other_\(number)")
                #expect(try await ada.ask(.put, "\(path)/\(other.id)").status == 200)
            }
            let other = try await world.person("one_more")
            let answer = try await ada.ask(.put, "\(path)/\(other.id)")
            #expect(answer.status == 409 && answer["code"] == .string("conflict"))
            #expect(Client.excluded(try await ada.ask(.get, path)).count == Exclusion.maximumPerUser)
        }
    }

    /// Every answer that others can get is what it was before.
    @Test func nobodyLearnsByWhomTheyAreExcludedNorWhatElseSomebodyWishes() async throws {
        try await World.with { world in
            let people = try await clients(world, "ada", "bob", "cid")
            let (ada, others) = (people[0], people.dropFirst())
            let group = try await world.conversations.createGroup(
                named: try GroupName("Everybody"), with: others.map(\.id), for: try await principal(ada, world))
            let message = try await world.messages.send(
                try world.draft("Hello", in: group.id), from: try await principal(ada, world)
            ).message
            func answers() async throws -> [Seen] {
                var answers: [Seen] = []
                for person in others {
                    for route in ada.api.routes where route.access == .user && route.method == .get {
                        let path = route.path
                            .replacing(":conversationId", with: "\(group.id)").replacing(":id", with: "\(group.id)")
                            .replacing(":userId", with: "\(ada.id)")
                        answers.append(Seen("GET \(path)?q=a", try await person.ask(.get, path + "?q=a")))
                        answers.append(Seen("GET \(path)", try await person.ask(.get, path)))
                    }
                    for (method, path, body) in [
                        (HTTPRequest.Method.patch, "/api/auth/me", "{}"),
                        (.post, "/api/conversations", #"{"participantId":"\#(ada.id)"}"#),
                        (.put, "/api/messages/\(message.id)/read", nil),
                        (.put, "\(self.path)/\(ada.id)", nil), (.delete, "\(self.path)/\(ada.id)", nil),
                    ] {
                        answers.append(Seen("\(method) \(path)", try await person.ask(method, path, body)))
                    }
                }
                return answers
            }
            // What the first round makes is there for both that are compared.
            _ = try await answers()
            let before = try await answers()
            #expect(before.count { $0.status == 200 } > 20, "the answers are more than refusals")
            for person in others { #expect(try await ada.ask(.put, "\(path)/\(person.id)").status == 200) }
            let wishes = #"{"pausedUntil":"2026-05-05","weeklyLimit":6}"#
            #expect(try await ada.ask(.patch, "/api/auth/me", wishes).status == 200)
            let after = try await answers()
            #expect(after.count == before.count)
            for (now, then) in zip(after, before) { #expect(now == then) }
        }
    }

    private func principal(_ client: Client, _ world: World) async throws -> Principal {
        try await world.accounts.authenticate(client.token).principal
    }

    @Test func aPauseAndAWeeklyLimitAreSetAndTakenBack() async throws {
        try await World.with { world in
            let ada = try await clients(world, "ada")[0]
            func account(_ answer: TestAPI.Answer) -> [JSONValue?] {
                guard case .object(let user)? = answer["user"] else { return [] }
                return [user["pausedUntil"], user["weeklyLimit"]]
            }
            #expect(account(try await ada.ask(.get, "/api/auth/me")) == [.null, .null])
            let wishes = #"{"pausedUntil":"2026-05-05","weeklyLimit":0}"#
            let set = try await ada.ask(.patch, "/api/auth/me", wishes)
            #expect(account(set) == [.string("2026-05-05"), .integer(0)])
            let other = try await ada.ask(.patch, "/api/auth/me", #"{"autoMessages":true}"#)
            #expect(account(other) == [.string("2026-05-05"), .integer(0)], "what is not named stays")
            let removed = try await ada.ask(.patch, "/api/auth/me", #"{"pausedUntil":null,"weeklyLimit":null}"#)
            #expect(account(removed) == [.null, .null])
        }
    }

    @Test(arguments: [
        (#"{"pausedUntil":"2026-02-30"}"#, "pausedUntil"), (#"{"pausedUntil":"tomorrow"}"#, "pausedUntil"),
        (#"{"pausedUntil":20260130}"#, "pausedUntil"), (#"{"weeklyLimit":8}"#, "weeklyLimit"),
        (#"{"weeklyLimit":-1}"#, "weeklyLimit"), (#"{"weeklyLimit":"3"}"#, "weeklyLimit"),
        (#"{"weeklyLimit":2.5}"#, "weeklyLimit"), (#"{"pool":"night"}"#, "pool"),
    ])
    func whatIsNoWishIsRefused(body: String, field: String) async throws {
        try await World.with { world in
            let ada = try await clients(world, "ada")[0]
            let answer = try await ada.ask(.patch, "/api/auth/me", body)
            #expect(answer.status == 400 && answer["code"] == .string("validation_failed"))
            guard case .array(let errors)? = answer["errors"], case .object(let error)? = errors.first else {
                Issue.record("no errors in \(answer.text)")
                return
            }
            #expect(errors.count == 1 && error["path"] == .string(field))
            #expect(try await world.store.users.user(ada.id)?.pool == Plan.defaultPool)
        }
    }
}
