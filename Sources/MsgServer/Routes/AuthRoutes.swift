import HTTPTypes
import MsgKit

/// `/api/auth`: accounts and sessions.
struct AuthRoutes: Sendable {
    let accounts: AccountService
    let limits: RateLimits
    let registration: RegistrationPolicy

    var routes: [Route] {
        [
            Route(open: .post, "/api/auth/register", handler: register),
            Route(open: .post, "/api/auth/login", handler: logIn),
            Route(open: .post, "/api/auth/exchange", handler: exchange),
            Route(open: .post, "/api/auth/refresh", handler: refresh),
            Route(.post, "/api/auth/logout", handler: logOut),
            Route(.get, "/api/auth/me") { _, principal in
                APIAnswer("Your account.", AccountAnswer(try await accounts.profile(of: principal)))
            },
            Route(.patch, "/api/auth/me", handler: change),
            Route(.post, "/api/auth/password", handler: changePassword),
        ]
    }

    private func register(_ request: APIRequest) async throws -> APIAnswer {
        guard registration == .open else {
            throw MsgError(.forbidden, "Registration is closed here. Ask whoever runs this server for an account.")
        }
        var body = try await request.body()
        let username = try body.requiredString("username").flatMap { text in
            try body.check("username") { try Username(text) }
        }
        let email = try body.requiredString("email").flatMap { text in
            try body.check("email") { try EmailAddress(text) }
        }
        let password = try body.requiredString("password").flatMap { text in
            try body.check("password") { try Password(text) }
        }
        try body.finish()
        guard let username, let email, let password else { throw MsgError.invalid(body.errors) }
        let user = try await accounts.register(Registration(username: username, email: email, password: password))
        return APIAnswer("The account is made.", RegisteredAnswer(user), status: .created)
    }

    private func logIn(_ request: APIRequest) async throws -> APIAnswer {
        var body = try await request.body()
        let email = body.requiredString("email")
        let password = body.requiredString("password")
        try body.finish()
        guard let email, let password else { throw MsgError.invalid(body.errors) }
        try await takeLogIn(to: email, from: request) { window in
            await accounts.noteLimited(email: email, from: request.context.clientAddress, within: window)
        }
        let (user, tokens) = try await accounts.logIn(email: email, password: password, from: request.client)
        return APIAnswer("You are logged in.", TokensAnswer(user, tokens))
    }

    private func exchange(_ request: APIRequest) async throws -> APIAnswer {
        var body = try await request.body()
        let token = body.string("token") ?? request.bearerToken
        try body.finish()
        guard let token else {
            throw MsgError(
                .authenticationRequired, "Send the other issuer's token as Authorization: Bearer <token>, or as token.")
        }
        let (user, tokens) = try await accounts.logIn(outsideToken: token, from: request.client)
        return APIAnswer("You are logged in.", TokensAnswer(user, tokens))
    }

    private func refresh(_ request: APIRequest) async throws -> APIAnswer {
        var body = try await request.body()
        let token = body.string("refreshToken") ?? request.bearerToken
        try body.finish()
        guard let token else {
            throw MsgError(
                .authenticationRequired, "Send the refresh token as Authorization: Bearer <token>, or as refreshToken.")
        }
        let (user, tokens) = try await accounts.refresh(token)
        return APIAnswer("New tokens.", TokensAnswer(user, tokens))
    }

    private func logOut(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        try await accounts.logOut(principal)
        return APIAnswer("You are logged out.")
    }

    private func change(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        var body = try await request.body()
        let username = try body.string("username").flatMap { text in
            try body.check("username") { try Username(text) }
        }
        var change = ProfileChange(username: username)
        if body.has("avatar") {
            change.avatar = .some(
                try body.string("avatar").flatMap { text in
                    try body.check("avatar") { try ProfileChange.validAvatar(text) }
                })
        }
        change.autoMessages = body.bool("autoMessages")
        if body.has("timezone") {
            change.timeZone = .some(
                try body.string("timezone").flatMap { text in
                    try body.check("timezone") { try ProfileChange.validTimeZone(text) }
                })
        }
        if body.has("pausedUntil") {
            change.pausedUntil = .some(
                try body.string("pausedUntil").flatMap { text in
                    try body.check("pausedUntil") { try ProfileChange.validPause(text) }
                })
        }
        if body.has("weeklyLimit") { change.weeklyLimit = .some(body.integer("weeklyLimit", in: User.weeklyLimits)) }
        try body.finish()
        return APIAnswer("Your account is changed.", AccountAnswer(try await accounts.change(change, of: principal)))
    }

    private func changePassword(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        var body = try await request.body()
        let current = body.requiredString("currentPassword")
        let new = try body.requiredString("newPassword").flatMap { text in
            try body.check("newPassword") { try Password(text, field: "newPassword") }
        }
        try body.finish()
        guard let current, let new else { throw MsgError.invalid(body.errors) }
        // Who has found a session open could try passwords here as well.
        try await takeLogIn(to: "\(principal.id)", from: request) { window in
            accounts.noteLimited(principal, from: request.context.clientAddress, within: window)
        }
        try await accounts.changePassword(of: principal, current: current, new: new)
        return APIAnswer("The password is changed; other sessions are closed.")
    }

    /// Counts a try to show a password.
    /// - Parameter note: tells of one that is over the limit, with the limit's window.
    private func takeLogIn(
        to account: String, from request: APIRequest, elseNote note: (Duration) async -> Void
    ) async throws {
        let (address, record) = (request.context.clientAddress, request.context.rateLimits)
        do {
            try await limits.take(.logIn(account: account, from: address), noting: record)
        } catch let error as MsgError where error.code == .rateLimited {
            await note(record.tightest?.limit.window ?? .seconds(60))
            throw error
        }
    }
}
