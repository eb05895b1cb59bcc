/// Counts a use in slices of time.
///
/// KEYS is a hash of slices and their counts. ARGV: the current slice, the oldest and the newest that count, the limit,
/// how long the hash stays in milliseconds. Answers whether it is allowed, how many are counted and the oldest slice with
/// any.
enum RateLimitScript {
    static let take = LuaScript(
        """
        local current, oldest, newest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local limit = tonumber(ARGV[4])
        local slices = redis.call('HGETALL', KEYS[1])
        local count, first = 0, current
        for i = 1, #slices, 2 do
            local slice = tonumber(slices[i])
            if slice < oldest or slice > newest then
                redis.call('HDEL', KEYS[1], slices[i])
            else
                count = count + tonumber(slices[i + 1])
                first = math.min(first, slice)
            end
        end
        if count >= limit then return {0, count, string.format('%.0f', first)} end
        redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
        redis.call('PEXPIRE', KEYS[1], ARGV[5])
        return {1, count + 1, string.format('%.0f', first)}
        """)
}
