/// How a command ends, by the numbers of BSD's sysexits(3) where one fits.
public enum ExitStatus: Int32, Sendable {
    /// It did what was asked.
    case done = 0
    /// It could not, for the reason on standard error.
    case failed = 1
    /// The command line was wrong.
    case usage = 64
    /// An engine it needs is away.
    case engineAway = 69
    /// Someone else is at it, or there is too much to do; the same call may work later.
    case tryAgain = 75
    /// The configuration is wrong.
    case configuration = 78
}
