import ArgumentParser
import MsgKit

/// How the program ended, when it was not by doing what it was asked: the words for standard error and the exit status.
struct Failure {
    var message: String
    /// A command line that helps, where there is one.
    var remedy: String?
    var status: ExitStatus

    /// - Returns: nil for what is no failure, such as a question for help, and for what has been told of already.
    init?(_ error: any Error, of line: CommandLineText = CommandLineText()) {
        switch error {
        case let error as ConfigurationError:
            message = error.description
            // What only the command line got wrong is a matter of usage.
            let isUsage = error.omitted == 0 && error.complaints.allSatisfy { $0.source == "command line" }
            status = isUsage ? .usage : .configuration
            remedy = isUsage ? "\(line.verb) --help" : nil
        case let error as MsgError:
            message = ([error.operatorMessage] + error.fields.map(\.msg)).joined(separator: "\n")
            status = error.code.exitStatus
            remedy =
                error.remedy.map(line.other) ?? (error.hasUsualRemedy ? Self.remedy(for: status, line) : nil)
        case is CancellationError:
            message = "Stopped before it was done; run it again to finish it."
            status = .tryAgain
            remedy = line.whole
        case is ExitCode, is CleanExit: return nil
        default:
            let code = Msgctl.exitCode(for: error)
            guard code != .success else { return nil }
            if code == .failure {
                message = MsgError(wrapping: error).message + " \(error)"
                status = .failed
            } else {
                message = Msgctl.message(for: error)
                status = .usage
                remedy = "\(line.verb) --help"
            }
        }
    }

    /// What helps against most errors of a kind.
    private static func remedy(for status: ExitStatus, _ line: CommandLineText) -> String? {
        switch status {
        case .engineAway: line.other("health --wait 60")
        case .tryAgain: line.whole
        default: nil
        }
    }
}
