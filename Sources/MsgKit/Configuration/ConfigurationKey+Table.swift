extension ConfigurationKey {
    /// Every key, in the order of the example file. A new key is a property of its section's struct and a line here.
    public static let all: [ConfigurationKey] =
        server + limits + log + metrics + engines + auth + realtime + schedule + worker

    private static let server: [ConfigurationKey] = [
        ConfigurationKey(
            ("server", "environment"), \.server.environment, .choice(), variables: ["NODE_ENV"],
            "What kind of installation this is. In development the log level is debug unless log.level says otherwise."),
        ConfigurationKey(
            ("server", "host"), \.server.host, .listenAddress,
            "Address to listen on. 0.0.0.0 or :: listens on every network of the machine."),
        ConfigurationKey(
            ("server", "port"), \.server.port, .integer(0...65535, "a port"), variables: ["PORT"],
            "Port to listen on. 0 takes any free one."),
        ConfigurationKey(
            ("server", "client_urls"), \.server.clientURLs, .list(of: .origin, "origins", count: 0...100),
            variables: ["CLIENT_URL"],
            "Origins of web clients served from elsewhere. The server's own origin is always allowed, * allows all."),
        ConfigurationKey(
            ("server", "chat_page"), \.server.chatPage, .boolean,
            "Whether the chat page is served at /. Without it there are only the API and Socket.IO."),
        ConfigurationKey(
            ("server", "max_body"), \.server.maxBody, .size(1024...16 << 20),
            "Largest request body. A larger one is answered with 413."),
        ConfigurationKey(
            ("server", "swagger_ui"), \.server.swaggerUI, .optional(.text("a path", maxBytes: 1024)),
            "Directory of Swagger UI's files for /api-docs, as scripts/swagger-ui fetches them. Null shows a plain list."
        ),
        ConfigurationKey(
            ("server", "trusted_proxies"), \.server.trustedProxies,
            .list(of: .network, "proxies", count: 0...100),
            "Proxies in front of this server. What they say in X-Forwarded-For of the client's address is believed."),
        ConfigurationKey(
            ("server", "request_timeout"), \.server.requestTimeout, .duration(.seconds(1)...minutes(10)),
            "How long a request may take to arrive whole. After that it is answered with 408."),
        ConfigurationKey(
            ("server", "idle_timeout"), \.server.idleTimeout, .duration(.seconds(1)...minutes(60)),
            "How long a connection may rest between two requests before it is closed."),
        ConfigurationKey(
            ("server", "tls_certificate"), \.server.tlsCertificate, .optional(.text("a path", maxBytes: 1024)),
            "PEM file with the server's certificate and those above it, for HTTPS on the port. It is read again every 10 s."
        ),
        ConfigurationKey(
            ("server", "tls_key"), \.server.tlsKey, .optional(.text("a path", maxBytes: 1024)),
            "PEM file with the certificate's private key, without a passphrase."),
        ConfigurationKey(
            ("server", "shutdown_deadline"), \.server.shutdownDeadline, .duration(.seconds(1)...minutes(10)),
            "How long a graceful stop may take before the process ends anyway."),
    ]

    private static let limits: [ConfigurationKey] = [
        ConfigurationKey(
            ("limits", "requests"), \.limits.requests, .rateLimit,
            "Calls of the REST API from one address, apart from /api/health. More are answered with 429."),
        ConfigurationKey(
            ("limits", "logins"), \.limits.logins, .rateLimit,
            "Log-ins to one account from one address, with the right password or a wrong one."),
        ConfigurationKey(
            ("limits", "messages"), \.limits.messages, .rateLimit,
            "Messages that one user sends, by REST and Socket.IO together."),
    ]

    private static let log: [ConfigurationKey] = [
        ConfigurationKey(
            ("log", "level"), \.log.level, .logLevel, variables: ["LOG_LEVEL"],
            "Entries below this level are dropped. The original's names are taken, too: "
                + "warn (warning), http (info), verbose (debug), silly (trace)."),
        ConfigurationKey(
            ("log", "format"), \.log.format, .choice(),
            "Lines for people (text) or for machines (json)."),
        ConfigurationKey(
            ("log", "file"), \.log.file, .optional(.text("a path", maxBytes: 1024)),
            "File that entries are added to instead of standard error, opened anew on SIGHUP. Its directory must exist."
        ),
    ]

    private static let metrics: [ConfigurationKey] = [
        ConfigurationKey(
            ("metrics", "access"), \.metrics.access, .choice(),
            """
            Who may read /metrics: nobody (off), who calls from this machine but not through a proxy (loopback), who sends \
            metrics.token (token), or whoever reaches the port (anyone).
            """),
        ConfigurationKey(
            ("metrics", "token"), \.metrics.token, .optional(.key(minBytes: 16)),
            "What Prometheus sends as Authorization: Bearer, when access is token."),
        ConfigurationKey(
            ("metrics", "host"), \.metrics.host, .listenAddress,
            "Address that metrics.port is listened to on."),
        ConfigurationKey(
            ("metrics", "port"), \.metrics.port, .optional(.integer(0...65535, "a port")),
            "Port for /metrics alone, of dispatch-worker and of serve without the API; serve with it uses server.port. 0 takes any free one."
        ),
    ]

    private static let engines: [ConfigurationKey] = [
        ConfigurationKey(
            ("store", "data_directory"), \.store.dataDirectory, .text("a path", maxBytes: 1024),
            "Directory of the embedded engine's files, made when missing. Relative to the working directory."),
        ConfigurationKey(
            ("store", "mongodb_uri"), \.store.mongoDBURI,
            .optional(.engineURL(["mongodb", "mongodb+srv"], severalHosts: true)), variables: ["MONGODB_URI"],
            "MongoDB as the system of record instead of the embedded engine. Needs cache.redis_url as well."),
        ConfigurationKey(
            ("store", "mongodb_database"), \.store.mongoDBDatabase, .databaseName,
            "The database when the URI names none."),
        ConfigurationKey(
            ("store", "mongodb_write_concern"), \.store.mongoDBWriteConcern, .choice(),
            "How many members of a replica set must have a write before it counts as stored."),
        ConfigurationKey(
            ("store", "mongodb_read_concern"), \.store.mongoDBReadConcern, .choice(),
            "Whether reads see what the primary has, or only what a majority has and no failover can undo. Majority counts "
                + "only while writes wait for a majority: with a smaller write concern reads are local."),
        ConfigurationKey(
            ("store", "mongodb_connections"), \.store.mongoDBConnections, .integer(4...256),
            "Connections to MongoDB of one process, each with a thread of its own."),
        ConfigurationKey(
            ("cache", "redis_url"), \.cache.redisURL, .optional(.engineURL(["redis", "rediss"])),
            variables: ["REDIS_URL"],
            "Redis for cache, presence, leases and events instead of the embedded engine."),
        ConfigurationKey(
            ("cache", "redis_prefix"), \.cache.redisPrefix, .name,
            "What all keys in Redis begin with. Installations that share a server need one each."),
        ConfigurationKey(
            ("cache", "redis_event_key"), \.cache.redisEventKey, .name,
            "What the channels of events begin with: the key option of Socket.IO's Redis adapter."),
        ConfigurationKey(
            ("queue", "rabbitmq_url"), \.queue.rabbitMQURL, .optional(.engineURL(["amqp", "amqps"])),
            variables: ["RABBITMQ_URL"],
            "RabbitMQ as the job queue instead of the embedded engine. Needs store.mongodb_uri as well."),
        ConfigurationKey(
            ("queue", "rabbitmq_prefix"), \.queue.rabbitMQPrefix, .optional(.name),
            "What the names of all queues begin with. Installations that share a virtual host need one each."),
        ConfigurationKey(
            ("queue", "rabbitmq_queue_type"), \.queue.rabbitMQQueueType, .choice(),
            "The type that queues are declared with. Existing queues keep theirs; another one is refused."),
        ConfigurationKey(
            ("search", "elasticsearch_url"), \.search.elasticsearchURL, .optional(.engineURL(["http", "https"])),
            variables: ["ELASTICSEARCH_URL"],
            "Elasticsearch for search and analytics instead of the embedded engine."),
        ConfigurationKey(
            ("search", "elasticsearch_prefix"), \.search.elasticsearchPrefix, .lowercaseName,
            "What the names of all indexes begin with. Installations that share a cluster need one each."),
        ConfigurationKey(
            ("search", "fallback"), \.search.fallback, .choice(),
            "While the search engine is away, search answers 503 (none) or from the store, marked degraded (store)."),
        ConfigurationKey(
            ("search", "index_interval"), \.search.indexInterval, .duration(.milliseconds(10)...minutes(1)),
            "How often new messages are brought into the search index."),
    ]

    private static let auth: [ConfigurationKey] = [
        ConfigurationKey(
            ("auth", "jwt_secret"), \.auth.jwtSecret, .optional(.key(minBytes: 32)), variables: ["JWT_SECRET"],
            "Key that signs tokens. Needed with MongoDB; else one is made and kept in the data directory."),
        ConfigurationKey(
            ("auth", "jwt_key_file"), \.auth.jwtKeyFile, .optional(.text("a path", maxBytes: 1024)),
            "PEM file of a private key that signs tokens in place of jwt_secret: Ed25519, P-256 or RSA. Tokens that the "
                + "secret signed stay good."),
        ConfigurationKey(
            ("auth", "accepted_key_files"), \.auth.acceptedKeyFiles,
            .list(of: .text("a path", maxBytes: 1024), "paths", count: 0...10),
            "Files of keys whose tokens are good too, each a PEM or a former jwt_secret: for changing keys without "
                + "logging anybody out."),
        ConfigurationKey(
            ("auth", "access_token_lifetime"), \.auth.accessTokenLifetime, .duration(.seconds(1)...days(1)),
            "How long an access token is valid."),
        ConfigurationKey(
            ("auth", "refresh_token_lifetime"), \.auth.refreshTokenLifetime, .duration(.seconds(1)...days(365)),
            "How long a session may rest before people have to log in again. Longer than access_token_lifetime."),
        ConfigurationKey(
            ("auth", "refresh_grace"), \.auth.refreshGrace, .duration(.zero...minutes(5)),
            "For how long a spent refresh token still gives its successor, for clients that missed the answer."),
        ConfigurationKey(
            ("auth", "registration"), \.auth.registration, .choice(),
            "Who may make an account through the API: whoever reaches the server (open) or nobody (closed), so that "
                + "accounts come from msgctl user create alone."),
        ConfigurationKey(
            ("auth", "bcrypt_cost"), \.auth.bcryptCost, .integer(PasswordHasher.costs),
            "Cost of new password hashes. Each step doubles the time of a login. Who logs in gets a hash of this cost."),
        ConfigurationKey(
            ("auth", "issuer"), \.auth.issuer, .text("a name", maxBytes: 255),
            "The iss of tokens. Tokens of another issuer are refused."),
        ConfigurationKey(
            ("auth", "audience"), \.auth.audience, .text("a name", maxBytes: 255),
            "The aud of tokens. Tokens for another audience are refused."),
        ConfigurationKey(
            ("auth", "outside_issuer"), \.auth.outsideIssuer, .optional(.text("a name", maxBytes: 255)),
            "The iss of another service's tokens that POST /api/auth/exchange takes. Needs outside_jwks_file."),
        ConfigurationKey(
            ("auth", "outside_jwks_file"), \.auth.outsideJWKSFile, .optional(.text("a path", maxBytes: 1024)),
            "Its public keys as it publishes them (JWKS). Read again when the file changes. Needs outside_issuer."),
        ConfigurationKey(
            ("auth", "outside_audience"), \.auth.outsideAudience, .text("a name", maxBytes: 255),
            "What must be in the aud of its tokens."),
        ConfigurationKey(
            ("auth", "outside_user"), \.auth.outsideUser, .choice(),
            "Whose account such a token opens: that of its email (when email_verified is true), of its "
                + "preferred_username, or of the id in its sub."),
    ]

    private static let realtime: [ConfigurationKey] = [
        ConfigurationKey(
            ("realtime", "ping_interval"), \.realtime.pingInterval, .duration(.milliseconds(100)...minutes(10)),
            "Time between two pings of a connection."),
        ConfigurationKey(
            ("realtime", "ping_timeout"), \.realtime.pingTimeout, .duration(.milliseconds(100)...minutes(10)),
            "How long a pong may take before the connection counts as lost."),
        ConfigurationKey(
            ("realtime", "max_payload"), \.realtime.maxPayload, .size(1024...16 << 20),
            "Largest packet that a client may send. A larger one closes a websocket; by polling it is answered 413."),
        ConfigurationKey(
            ("realtime", "typing_timeout"), \.realtime.typingTimeout, .duration(.milliseconds(100)...minutes(1)),
            "After this long without news, somebody typing has stopped."),
        ConfigurationKey(
            ("realtime", "connect_timeout"), \.realtime.connectTimeout, .duration(.milliseconds(100)...minutes(10)),
            "How long a new connection may take to log in."),
        ConfigurationKey(
            ("realtime", "max_connections"), \.realtime.maxConnections, .integer(1...10_000_000),
            """
            Connections of one process. One more takes the place of one that has not logged in for a second, or is refused. \
            Where the system's limit of open files allows fewer, that many are accepted; serve warns of it when this is \
            another number than the default.
            """),
        ConfigurationKey(
            ("realtime", "max_buffered"), \.realtime.maxBuffered, .size(64 << 10...256 << 20),
            "Data waiting to be sent on one connection. A client that reads too slowly for it is disconnected."),
        ConfigurationKey(
            ("realtime", "max_events_per_second"), \.realtime.maxEventsPerSecond, .integer(0...1_000_000),
            "Events that one connection may send in a second. What comes faster waits, for 10 s at most. 0 is no bound."
        ),
        ConfigurationKey(
            ("realtime", "recovery"), \.realtime.recovery, .boolean,
            "Whether clients that connect with auth.recovery get what they missed while their connection was gone."),
        ConfigurationKey(
            ("realtime", "recovery_window"), \.realtime.recoveryWindow, .duration(.seconds(1)...minutes(60)),
            "How long every event of a lost connection is kept. After that, only stored messages are sent again."),
    ]

    private static let schedule: [ConfigurationKey] = [
        ConfigurationKey(
            schedule: "enabled", \.enabled, .boolean,
            "Whether serve plans and queues by itself. Set false when crontab runs plan-pairings and enqueue-due."),
        ConfigurationKey(
            schedule: "time_zone", \.timeZone, .timeZone, ofPools: true,
            "Time zone of the days and times of day below."),
        ConfigurationKey(
            schedule: "plan", \.plan, .timetable, ofPools: true,
            "When the pairings of a day are planned. Before the end of that day's send window."),
        ConfigurationKey(
            schedule: "plan_at", \.planAt, .optional(.timeOfDay),
            "Older than plan, in place of it: once a day at a time of day."),
        ConfigurationKey(
            schedule: "plan_ahead", \.planAhead, .integer(0...7), ofPools: true,
            "Which day is planned: that of planning, or the one so many days later."),
        ConfigurationKey(
            schedule: "grace", \.grace, .duration(minutes(1)...days(7)), ofPools: true,
            "Planning that was missed or failed is made up within this time. Later it is skipped, and said so."),
        ConfigurationKey(
            schedule: "window_start", \.windowStart, .timeOfDay, ofPools: true,
            "Automatic messages are not sent before this."),
        ConfigurationKey(
            schedule: "window_end", \.windowEnd, .timeOfDay, ofPools: true,
            "Automatic messages are planned up to this. Later than window_start."),
        ConfigurationKey(
            schedule: "enqueue", \.enqueue, .timetable,
            "When messages that are due are queued."),
        ConfigurationKey(
            schedule: "enqueue_interval", \.enqueueInterval,
            .optional(.duration(.seconds(1)...minutes(60))),
            "Older than enqueue, in place of it: again and again after so long."),
        ConfigurationKey(
            schedule: "requeue_after", \.requeueAfter, .duration(.seconds(1)...days(7)),
            "When the queue has lost messages, those that were queued, and of which nothing was heard for this long, are queued again."
        ),
        ConfigurationKey(
            schedule: "late", \.late, .choice(),
            "What happens to a message that is late by more than late_after: it is sent, or skipped and a dead letter."),
        ConfigurationKey(
            schedule: "late_after", \.lateAfter, .duration(minutes(1)...days(30)),
            "What comes later than this after it was due, or after its replay, is late."),
        ConfigurationKey(
            schedule: "odd_user", \.oddUser, .choice(), ofPools: true,
            "What happens when one user is left over: a pairing of three, a second message by one of a pair, or a day of rest."
        ),
        ConfigurationKey(
            schedule: "avoid_rounds", \.avoidRounds, .integer(0...60), ofPools: true,
            "Nobody is paired with a partner of so many last plans while there is another choice."),
        ConfigurationKey(
            schedule: "avoid_days", \.avoidDays, .integer(0...60), ofPools: true,
            "Nor with a partner of so many days before or after."),
        ConfigurationKey(
            schedule: "weekly_limit", \.weeklyLimit, .integer(0...7), ofPools: true,
            "In how many plans of any seven days a user is, unless they chose another number."),
        ConfigurationKey(
            schedule: "language", \.language, .choice(), ofPools: true,
            "Language of the built-in texts, English or Turkish. Own templates are in whatever language they are."),
        ConfigurationKey(
            schedule: "templates", \.templates, .list(of: .messageTemplate, "texts", count: 0...200), ofPools: true,
            "Texts that an automatic message is drawn from. An empty list takes the built-in ones."),
    ]

    private static let worker: [ConfigurationKey] = [
        ConfigurationKey(
            ("worker", "concurrency"), \.worker.concurrency, .integer(1...256),
            "Deliveries at the same time in one process."),
        ConfigurationKey(
            ("worker", "prefetch"), \.worker.prefetch, .integer(1...1000),
            "Jobs taken from the queue ahead of their delivery."),
        ConfigurationKey(
            ("worker", "retry_delays"), \.worker.retryDelays,
            .list(of: .duration(.milliseconds(10)...days(1)), "waits", count: 1...10),
            "Wait before each retry of a failed delivery. After the last retry a job becomes a dead letter."),
        ConfigurationKey(
            ("worker", "retry_jitter"), \.worker.retryJitter, .integer(0...100, "a whole number of percent"),
            "By how much a retry may come earlier, so that what failed together does not come again together."),
        ConfigurationKey(
            ("worker", "visibility_timeout"), \.worker.visibilityTimeout, .duration(.seconds(1)...minutes(60)),
            "A job taken by a worker that then fell silent is given to another after this long."),
        ConfigurationKey(
            ("worker", "stall_after"), \.worker.stallAfter, .duration(.seconds(10)...days(1)),
            "Health says so when a worker gets none of its jobs done for this long, or when none has come for them."),
    ]

    private static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }

    private static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
