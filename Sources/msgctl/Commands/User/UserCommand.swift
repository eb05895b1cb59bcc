import ArgumentParser

/// `user`: accounts, as operators see them.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Create users and look after their accounts.",
        discussion: """
            A user is named by username, e-mail address or id.

            Example, the first admin:
              msgctl user create --username ada --email ada@example.org --role admin
            """,
        subcommands: [
            UserCreate.self, UserList.self, UserShow.self, UserSetRole.self, UserSetPassword.self, UserActivate.self,
            UserDeactivate.self, UserSessions.self, UserRevokeSessions.self, UserPause.self, UserLimit.self,
            UserPool.self,
            UserExclude.self, UserExclusions.self,
        ])
}
