/// Telling of log-ins that are refused unread, as there were too many.
extension AccountService {
    /// Tells the audit log that log-ins to an account are over their limit, once within the limit's window.
    /// - Parameter email: as the client typed it; the log gets the account's id, if there is one.
    public func noteLimited(email: String, from address: IPAddress?, within window: Duration) async {
        guard limitedLogIns.isFirst(email, from: address, within: window, at: clock.now) else { return }
        // The client is refused whether the records can be read or not.
        let user = try? await users.user(email: email)
        audit.record(.logInLimited(user: user?.id, .password), by: .nobody)
    }

    /// Tells the audit log that somebody's tries to change their password are over the limit of log-ins, once within the
    /// limit's window.
    public func noteLimited(_ principal: Principal, from address: IPAddress?, within window: Duration) {
        guard limitedLogIns.isFirst("\(principal.id)", from: address, within: window, at: clock.now) else { return }
        audit.record(.logInLimited(user: principal.id, .passwordChange), by: AuditActor(principal))
    }
}
