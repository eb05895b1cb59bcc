/// What is done to the keys of the cache, each in one step.
///
/// - `generation:<tag>`: random text; another one after every change. It is deleted by a change and made anew when it is
///   next asked for, so one that the server has lost or dropped can't come back.
/// - `hold:<tag>`: set of the changes to the tag that are under way.
/// - `entry:<user>:<name>`: the generations that an answer was made under, and behind a line's end the answer.
enum CacheScripts {
    /// KEYS: the entry, then generations, then holds. ARGV: the run of the server, text for new generations, how long a
    /// generation stays. Answers the generations, and the value when there is one; nil while a change is under way.
    static let lookup = LuaScript(
        """
        local count = (#KEYS - 1) / 2
        for i = count + 2, #KEYS do
            if redis.call('EXISTS', KEYS[i]) == 1 then return false end
        end
        local generations = {ARGV[1]}
        for i = 2, count + 1 do
            local generation = redis.call('GET', KEYS[i])
            if not generation then
                generation = ARGV[2]
                redis.call('SET', KEYS[i], generation, 'PX', ARGV[3])
            end
            generations[#generations + 1] = generation
        end
        local now = table.concat(generations, ' ')
        local entry = redis.call('GET', KEYS[1])
        if entry and string.sub(entry, 1, #now + 1) == now .. '\\n' then
            return {now, string.sub(entry, #now + 2)}
        end
        return {now}
        """)

    /// KEYS: generations, then holds. ARGV: the change, how long it is held at most.
    static let suspend = LuaScript(
        """
        for i = 1, #KEYS / 2 do redis.call('DEL', KEYS[i]) end
        for i = #KEYS / 2 + 1, #KEYS do
            redis.call('SADD', KEYS[i], ARGV[1])
            redis.call('PEXPIRE', KEYS[i], ARGV[2])
        end
        return 1
        """)

    /// KEYS: generations, then holds. ARGV: the changes that have ended.
    static let invalidate = LuaScript(
        """
        for i = 1, #KEYS / 2 do redis.call('DEL', KEYS[i]) end
        for i = #KEYS / 2 + 1, #KEYS do
            for _, change in ipairs(ARGV) do redis.call('SREM', KEYS[i], change) end
        end
        return 1
        """)
}
