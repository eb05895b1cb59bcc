/// What is done to the keys of presence, each in one step.
///
/// - `nodes`: sorted set of the nodes, by when they expire.
/// - `node:<node>`: set of the users on a node.
/// - `online`: set of the users on any node.
/// - `gone`: set of the users who were only on nodes that expired, until they are told of.
///
/// A node's set and `online` hold the empty text too, so that they are there while they are empty, and one that the
/// server has lost is missed. Every script first sees to the nodes that have expired, so that they count for nothing at
/// the very instant. KEYS are `nodes`, `online`, `gone` and the beginning of the nodes' keys; ARGV begins with the
/// instant and how long a key stays that nobody renews, in milliseconds.
enum PresenceScripts {
    private static let prelude = """
        local nodes, online, gone, prefix = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
        local now, kept = ARGV[1], ARGV[2]

        -- The keys of the nodes that count, but one's.
        local function others(node)
            local keys = {}
            for _, name in ipairs(redis.call('ZRANGEBYSCORE', nodes, '(' .. now, '+inf')) do
                if name ~= node then keys[#keys + 1] = prefix .. name end
            end
            return keys
        end

        local function batches(members, body)
            for first = 1, #members, 1000 do
                body(unpack(members, first, math.min(first + 999, #members)))
            end
        end

        -- Takes a node away; the users who are on no other.
        local function remove(node)
            local users = {}
            for _, user in ipairs(redis.call('SDIFF', prefix .. node, unpack(others(node)))) do
                if user ~= '' then users[#users + 1] = user end
            end
            redis.call('DEL', prefix .. node)
            redis.call('ZREM', nodes, node)
            batches(users, function(...) redis.call('SREM', online, ...) end)
            return users
        end

        -- Takes the nodes away that have expired, but one that is about to speak for itself.
        local function expire(but)
            for _, node in ipairs(redis.call('ZRANGEBYSCORE', nodes, '-inf', now)) do
                if node ~= but then
                    batches(remove(node), function(...) redis.call('SADD', gone, ...) end)
                    redis.call('PEXPIRE', gone, kept)
                end
            end
        end

        -- Sees that `online` is there.
        local function restore()
            if redis.call('EXISTS', online) == 1 then return end
            redis.call('SADD', online, '')
            for _, node in ipairs(others('')) do redis.call('SUNIONSTORE', online, online, node) end
            redis.call('PEXPIRE', online, kept)
        end


        """

    /// ARGV: instant, kept, node, expiry. 1 when the node was known.
    static let renew = LuaScript(
        prelude + """
            local node, expiry = ARGV[3], ARGV[4]
            local known = redis.call('ZSCORE', nodes, node) and redis.call('SISMEMBER', prefix .. node, '') == 1
            -- First, so that it counts beside those that have expired.
            redis.call('ZADD', nodes, expiry, node)
            redis.call('SADD', prefix .. node, '')
            expire('')
            restore()
            for _, key in ipairs({nodes, online, gone, prefix .. node}) do redis.call('PEXPIRE', key, kept) end
            return known and 1 or 0
            """)

    /// ARGV: instant, kept, node. The users who are on no other node.
    static let leave = LuaScript(
        prelude + """
            expire(ARGV[3])
            local users = remove(ARGV[3])
            -- Who was on an expired node as well is told of here.
            batches(users, function(...) redis.call('SREM', gone, ...) end)
            return users
            """)

    /// ARGV: instant, kept, node, user. 1 when the user was on no node.
    static let connect = LuaScript(
        prelude + """
            local node, user = ARGV[3], ARGV[4]
            expire('')
            restore()
            -- A node that was swept counts until it hears of that when it renews: without the empty text it is not known.
            redis.call('ZADD', nodes, 'NX', string.format('%.0f', now + 60000), node)
            redis.call('SADD', prefix .. node, user)
            redis.call('PEXPIRE', nodes, kept)
            redis.call('PEXPIRE', prefix .. node, kept)
            -- Back before anybody was told that they went.
            redis.call('SREM', gone, user)
            return redis.call('SADD', online, user)
            """)

    /// ARGV: instant, kept, node, user. 1 when the user was there and is on no node now.
    static let disconnect = LuaScript(
        prelude + """
            local node, user = ARGV[3], ARGV[4]
            expire('')
            local removed = redis.call('SREM', prefix .. node, user)
            for _, key in ipairs(others(node)) do
                if redis.call('SISMEMBER', key, user) == 1 then return 0 end
            end
            -- Of those who have gone with an expired node the sweep need not tell any more.
            removed = removed + redis.call('SREM', gone, user)
            redis.call('SREM', online, user)
            return removed > 0 and 1 or 0
            """)

    /// ARGV: instant, kept, limit. Some who have gone with expired nodes, each once.
    static let sweep = LuaScript(
        prelude + """
            expire('')
            return redis.call('SPOP', gone, ARGV[3])
            """)

    /// ARGV: instant, kept, users. For each 1 when they are online.
    static let among = LuaScript(
        prelude + """
            expire('')
            local found = {}
            for first = 3, #ARGV, 1000 do
                local last = math.min(first + 999, #ARGV)
                for _, is in ipairs(redis.call('SMISMEMBER', online, unpack(ARGV, first, last))) do
                    found[#found + 1] = is
                end
            end
            return found
            """)

    /// ARGV: instant, kept, limit. How many are online, then some of them.
    static let list = LuaScript(
        prelude + """
            expire('')
            local limit = tonumber(ARGV[3])
            local result = {math.max(redis.call('SCARD', online) - redis.call('SISMEMBER', online, ''), 0)}
            -- One more, because the empty text may be among them.
            for _, user in ipairs(redis.call('SRANDMEMBER', online, limit + 1)) do
                if user ~= '' and #result <= limit then result[#result + 1] = user end
            end
            return result
            """)
}
