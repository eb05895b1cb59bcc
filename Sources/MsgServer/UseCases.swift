import MsgKit

/// What the server offers its clients.
public struct UseCases: Sendable {
    let accounts: AccountService
    let exclusions: ExclusionService
    let users: UserDirectory
    let conversations: ConversationService
    let messages: MessageService
    let search: SearchService
    let analytics: AnalyticsService
    let deadLetters: DeadLetterService
    let health: HealthService
    let limits: RateLimits
    let registration: RegistrationPolicy
    let clock: any WallClock

    public init(
        accounts: AccountService, exclusions: ExclusionService, users: UserDirectory,
        conversations: ConversationService, messages: MessageService, search: SearchService,
        analytics: AnalyticsService, deadLetters: DeadLetterService, health: HealthService, limits: RateLimits,
        registration: RegistrationPolicy = .open, clock: any WallClock
    ) {
        self.accounts = accounts
        self.exclusions = exclusions
        self.users = users
        self.conversations = conversations
        self.messages = messages
        self.search = search
        self.analytics = analytics
        self.deadLetters = deadLetters
        self.health = health
        self.limits = limits
        self.registration = registration
        self.clock = clock
    }

    /// All calls of the REST API.
    var routes: [Route] {
        AuthRoutes(accounts: accounts, limits: limits, registration: registration).routes
            + ExclusionRoutes(exclusions: exclusions).routes + SessionRoutes(accounts: accounts).routes
            + AdminRoutes(accounts: accounts, exclusions: exclusions, users: users).routes
            + DeadLetterRoutes(deadLetters: deadLetters, audit: accounts.audit).routes
            + UserRoutes(users: users).routes
            + ConversationRoutes(conversations: conversations).routes
            + MessageRoutes(messages: messages, search: search, limits: limits).routes
            + AnalyticsRoutes(analytics: analytics).routes + HealthRoutes(health: health).routes
    }
}
