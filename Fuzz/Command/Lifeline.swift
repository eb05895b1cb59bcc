import Foundation

/// Ends a worker with its supervisor, however that ended: by a pipe whose other end only the supervisor holds, so that the
/// kernel closes it even after a kill.
enum Lifeline {
    /// For the worker: ends this process when the supervisor is gone, also while an input hangs.
    static func follow() {
        // What ends both at once, as Ctrl-C does, must not look like a finding: the supervisor sees to it.
        for number in Interruption.signals { signal(number, SIG_IGN) }
        Thread.detachNewThread {
            // Nothing is ever written to it.
            while let bytes = try? FileHandle.standardInput.read(upToCount: 1), !bytes.isEmpty {}
            _exit(1)
        }
    }
}
