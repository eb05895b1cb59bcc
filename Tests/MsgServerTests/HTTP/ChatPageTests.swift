import ChatPage
import Foundation
import HTTPTypes
import Hummingbird
import MsgKit
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct ChatPageTests {
    private static let files = ChatPage.files(offersRegistration: true)

    private func ask(
        _ path: String, _ method: HTTPRequest.Method = .get, headers: HTTPFields = [:]
    ) async throws -> TestAPI.Answer {
        var answer = TestAPI.Answer(status: 0, headers: [:], text: "")
        try await World.with { world in
            answer = try await TestAPI(world).ask(method, path, headers: headers)
        }
        return answer
    }

    @Test func everyFileOfTheFolderIsServed() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/ChatPage/Files").standardizedFileURL
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let served = Self.files.map { $0.path.isEmpty ? "index.html" : String($0.path.dropFirst("chat/".count)) }
        #expect(names.sorted() == served.sorted())
        for (file, name) in zip(Self.files, served) {
            #expect(try Data(contentsOf: folder.appending(path: name)) == Data(file.bytes), "\(name)")
        }
    }

    @Test func aFileComesWithItsTypeItsTagAndThePagesPolicy() async throws {
        for (path, type) in [("/", "text/html; charset=utf-8"), ("/chat/main.js", "text/javascript; charset=utf-8")] {
            let answer = try await ask(path)
            #expect(answer.status == 200 && !answer.text.isEmpty)
            #expect(answer.headers[.contentType] == type)
            #expect(answer.headers[.cacheControl] == "no-cache")
            #expect(answer.headers[.eTag]?.count == 34)
            #expect(answer.headers[.contentSecurityPolicy] == ContentPolicy.page.text)
        }
    }

    @Test func whoHasAFileIsNotSentItAgain() async throws {
        let tag = try #require(Self.files.first).entityTag
        for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            let answer = try await ask("/", headers: [.ifNoneMatch: known])
            #expect(answer.status == 304 && answer.text.isEmpty && answer.headers[.eTag] == tag, "\(known)")
        }
        for unknown in ["\"other\"", "", String(tag.dropLast())] {
            #expect(try await ask("/", headers: [.ifNoneMatch: unknown]).status == 200, "\(unknown)")
        }
    }

    @Test func filesHaveDifferentTags() {
        #expect(Set(Self.files.map(\.entityTag)).count == Self.files.count)
    }

    @Test func onlyThePageItselfIsAnotherWhereNobodyCanRegister() throws {
        let closed = ChatPage.files(offersRegistration: false)
        let differing = zip(Self.files, closed).filter { $0.entityTag != $1.entityTag }.map(\.0.path)
        #expect(closed.map(\.path) == Self.files.map(\.path) && differing == [""])
    }

    @Test func otherMethodsAndFilesAreRefused() async throws {
        let head = try await ask("/", .head)
        #expect(head.status == 200)
        let post = try await ask("/", .post)
        #expect(post.status == 405 && post.headers[.allow] == "GET, HEAD")
        for path in ["/chat/", "/chat/nothing.js", "/chat/../Package.swift", "/index.html"] {
            #expect(try await ask(path).status == 404, "\(path)")
        }
    }

    @Test func whereThePageIsSwitchedOffNothingOfItIsServed() async throws {
        try await World.with { world in
            let api = TestAPI(world, chatPage: false)
            for path in ["/", "/chat/main.js"] {
                let answer = try await api.ask(.get, path)
                #expect(answer.status == 404 && answer["code"] == .string("not_found"), "\(path)")
            }
        }
    }
}
