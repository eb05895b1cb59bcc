import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Opens the log file anew on each SIGHUP, which logrotate sends.
struct LogReopening: Service {
    let file: LogFile
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals {
                let reason = file.reopen()
                if reason == 0 {
                    logger.info("the log file was opened anew")
                } else {
                    let error = String(cString: strerror(reason))
                    logger.error(
                        "the log file could not be opened anew and goes on as it was", metadata: ["error": "\(error)"])
                    // The line above is in a file that has been renamed, and will soon be deleted perhaps.
                    StandardStream.error.write(
                        "log.file could not be opened anew (\(error)); the old file has the log.\n")
                }
            }
        }
    }
}
