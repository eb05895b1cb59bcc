import ArgumentParser
import MsgKit

/// The user that a verb works on.
struct UserTarget: ParsableArguments {
    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    /// Finds the user, does something to the account and prints what it is then.
    func perform(_ change: (UserAdministration, User) async throws -> User) async throws {
        try await find { administration, user in
            try UserReport.print(try await change(administration, user), as: options.output)
        }
    }

    /// As ``perform(_:)``, and tells on standard error what a person should know of the account as it is then.
    func perform(
        _ change: (UserAdministration, User) async throws -> User, note: (User, Composition) -> String?
    ) async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let changed = try await change(administration, try await administration.find(user))
            try UserReport.print(changed, as: options.output)
            if let text = note(changed, composition) { Console.note(text) }
        }
    }

    /// Finds the user and does something.
    func find(_ body: (UserAdministration, User) async throws -> Void) async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            try await body(administration, try await administration.find(user))
        }
    }
}
