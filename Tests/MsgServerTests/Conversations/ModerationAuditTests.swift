import MsgKit
import MsgTestKit
import Testing

/// What moderators do by their role alone is in the audit log, with ids and no word of what was said.
@Suite(.timeLimit(.minutes(1)))
struct ModerationAuditTests {
    @Test func whatAModeratorChangesIsTold() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cleo")
            let moderator = try await world.person("mod", role: .moderator)
            let group = try await world.group(Array(people.prefix(2)))
            let message = try await world.say("A secret", in: group, by: people[1])
            _ = try await world.conversations.rename(group, to: try GroupName("A new name"), for: moderator)
            _ = try await world.conversations.add([people[2].id, people[0].id], to: group, for: moderator)
            _ = try await world.conversations.remove(people[1].id, from: group, for: moderator)
            try await world.messages.delete(message.id, by: moderator)
            let by = "by=\(moderator.id) by_session=\(moderator.session) conversation=\(group)"
            #expect(
                world.audited.entries == [
                    "notice: moderated \(by) what=group_renamed",
                    "notice: moderated \(by) user=\(people[2].id) what=people_added",
                    "notice: moderated \(by) user=\(people[1].id) what=person_removed",
                    "notice: moderated \(by) message=\(message.id) user=\(people[1].id) what=message_deleted",
                ])
        }
    }

    @Test func whatIsOnesOwnIsNot() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cleo")
            let moderator = try await world.person("mod", role: .moderator)
            let own = try await world.group([moderator, people[0]])
            let group = try await world.group(Array(people.prefix(2)))
            for (conversation, owner) in [(own, moderator), (group, people[0])] {
                _ = try await world.conversations.rename(conversation, to: try GroupName("Name"), for: owner)
                _ = try await world.conversations.add([people[2].id], to: conversation, for: owner)
                _ = try await world.conversations.remove(people[2].id, from: conversation, for: owner)
                try await world.messages.delete(
                    try await world.say("Mine", in: conversation, by: owner).id, by: owner)
                _ = try await world.conversations.remove(owner.id, from: conversation, for: owner)
            }
            await expect(.forbidden) {
                try await world.conversations.rename(own, to: try GroupName("Name"), for: people[0])
            }
            #expect(world.audited.entries == [])
        }
    }
}
