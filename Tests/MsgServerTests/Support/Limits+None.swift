import MsgKit

extension Configuration.Limits {
    static var none: Configuration.Limits {
        var limits = Configuration.Limits()
        limits.requests = nil
        limits.logins = nil
        limits.messages = nil
        return limits
    }
}
