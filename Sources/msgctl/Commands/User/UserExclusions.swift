import ArgumentParser
import MsgKit

/// `user exclusions`.
struct UserExclusions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exclusions", abstract: "Show whom a user has excluded from being paired with them.",
        discussion: """
            Example:
              msgctl user exclusions ada --output json
            """)

    @OptionGroup var target: UserTarget

    func run() async throws {
        try await target.find { administration, user in
            try await ExclusionReport.print(administration, user, as: target.options.output)
        }
    }
}
