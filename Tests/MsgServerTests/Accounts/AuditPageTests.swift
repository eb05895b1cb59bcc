import Foundation
import Logging
import MsgKit
import Testing

/// docs/security.md tells of every line of the audit log.
struct AuditPageTests {
    private let user = User.ID(high: 1, low: 1)
    private let session = Session.ID(high: 2, low: 2)
    private let message = Message.ID(high: 3, low: 3)
    private let conversation = Conversation.ID(high: 4, low: 4)

    /// One of each kind; a new kind does not compile before it is here.
    private func sample(after event: AuditEvent?) -> AuditEvent? {
        switch event {
        case nil: .registered(user)
        case .registered: .loggedIn(user, session, .password)
        case .loggedIn: .logInFailed(user: user, .wrongPassword, .password)
        case .logInFailed: .logInLimited(user: user, .password)
        case .logInLimited: .loggedOut(user)
        case .loggedOut: .sessionsEnded(of: user, count: 2)
        case .sessionsEnded: .refreshTokenReused(of: user, session)
        case .refreshTokenReused: .passwordChanged(of: user)
        case .passwordChanged: .roleChanged(of: user, from: .user, to: .admin)
        case .roleChanged: .activated(user)
        case .activated: .deactivated(user)
        case .deactivated: .accountChanged(user, field: "pool")
        case .accountChanged: .moderated(.messageDeleted(message, of: user, in: conversation))
        case .moderated(.messageDeleted): .moderated(.groupRenamed(conversation))
        case .moderated(.groupRenamed): .moderated(.peopleAdded([user], to: conversation))
        case .moderated(.peopleAdded): .moderated(.personRemoved(user, from: conversation))
        case .moderated(.personRemoved): .deadLettersReplayed(1, isComplete: true)
        case .deadLettersReplayed: .deadLettersPurged(1, isComplete: true)
        case .deadLettersPurged: .accessDenied(route: "GET /", role: .user)
        case .accessDenied: .keysLoaded(["a"])
        case .keysLoaded: .outsideKeysLoaded(["a"])
        case .outsideKeysLoaded: nil
        }
    }

    @Test func everyLineIsDocumentedWithItsFields() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let page = try String(contentsOf: root.appending(path: "docs/security.md"), encoding: .utf8)
        let table = try #require(page.components(separatedBy: "<!-- audit -->\n\n").last)
        let rows = table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
            .dropFirst(2)
        var told: Set<String> = []
        for row in rows {
            let first = row.split(separator: "|")[0]
            told.formUnion(first.matches(of: /`([a-z_.]+)`/).map { String($0.1) })
        }
        var known: Set<String> = []
        var event = sample(after: nil)
        while let one = event {
            known.insert(one.name)
            let row = rows.first { $0.contains("`\(one.name)`") } ?? ""
            for field in one.metadata.keys { #expect(row.contains(field), "\(field) of \(one.name)") }
            #expect(row.contains("(warning)") == (one.level == .warning), "\(one.name)")
            event = sample(after: one)
        }
        #expect(told == known)
    }
}
