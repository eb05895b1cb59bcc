/// What is done to the keys of a lease, each in one step.
///
/// KEYS are the lease (a hash of `holder`, `token` and `expiry`, which is gone when nobody holds it) and its last token.
/// Whether a lease has expired is told by the instants that are passed. Its key also ends by the server's clock as much
/// later, so that a holder whose clock was ahead does not hold everybody up.
///
/// A token is greater than the last one and not less than the instant in milliseconds, so that a server that has lost
/// what it held gives out no smaller one than before.
enum LeaseScripts {
    /// ARGV: instant, expiry, holder, milliseconds that the lease and its token stay. The token; nil when it is held.
    static let acquire = LuaScript(
        """
        local now, expiry, holder = ARGV[1], ARGV[2], ARGV[3]
        local held = redis.call('HMGET', KEYS[1], 'holder', 'token', 'expiry')
        local token = held[2]
        if held[1] and tonumber(held[3]) > tonumber(now) then
            if held[1] ~= holder then return false end
        else
            local last = tonumber(redis.call('GET', KEYS[2]) or held[2] or '0')
            token = string.format('%.0f', math.max(last + 1, tonumber(now)))
            redis.call('SET', KEYS[2], token, 'PX', ARGV[5])
        end
        redis.call('HSET', KEYS[1], 'holder', holder, 'token', token, 'expiry', expiry)
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return token
        """)

    /// ARGV: instant, expiry, holder, milliseconds that the lease stays, token. 1 when it was held.
    static let renew = LuaScript(
        """
        local held = redis.call('HMGET', KEYS[1], 'holder', 'token', 'expiry')
        if held[1] ~= ARGV[3] or held[2] ~= ARGV[5] or tonumber(held[3]) <= tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'expiry', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 1
        """)

    /// ARGV: holder, token.
    static let release = LuaScript(
        """
        local held = redis.call('HMGET', KEYS[1], 'holder', 'token')
        if held[1] == ARGV[1] and held[2] == ARGV[2] then redis.call('DEL', KEYS[1]) end
        return 1
        """)
}
