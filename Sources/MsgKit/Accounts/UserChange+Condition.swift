extension UserChange {
    /// What has to hold in the moment of the write; else nothing is changed.
    public enum Condition: Sendable, Equatable {
        case none
        /// The account's password hash is still this one.
        case passwordHash(String)
        /// This user is still an active administrator. As it is never the one who is changed, one is always left.
        case administrator(User.ID)

        /// What a store throws when the condition does not hold.
        public static var unmet: MsgError {
            MsgError(.conflict, "The account, or who changes it, was changed meanwhile; nothing was done.")
        }
    }
}
