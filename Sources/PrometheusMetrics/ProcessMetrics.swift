import CoreMetrics
import Foundation
import Synchronization

/// Memory, processor time and open files of this process, by the names that Prometheus' own libraries give them. Read from
/// `/proc`; where there is none, nothing is shown.
public final class ProcessMetrics: Sendable {
    private let resident: Meter
    private let virtual: Meter
    private let threads: Meter
    private let openFiles: Meter
    private let maximumFiles: Meter
    private let started: Meter
    private let processor: FloatingPointCounter
    /// Seconds of processor time that were counted.
    private let counted = Mutex(0.0)

    public init(factory: any MetricsFactory) {
        resident = Meter(label: "process_resident_memory_bytes", factory: factory)
        virtual = Meter(label: "process_virtual_memory_bytes", factory: factory)
        threads = Meter(label: "process_threads", factory: factory)
        openFiles = Meter(label: "process_open_fds", factory: factory)
        maximumFiles = Meter(label: "process_max_fds", factory: factory)
        started = Meter(label: "process_start_time_seconds", factory: factory)
        processor = FloatingPointCounter(label: "process_cpu_seconds_total", factory: factory)
    }

    /// What Prometheus is told of them.
    public static let definitions = [
        MetricDefinition("process_resident_memory_bytes", help: "Memory of the process that is in RAM, in bytes."),
        MetricDefinition("process_virtual_memory_bytes", help: "Address space of the process, in bytes."),
        MetricDefinition("process_threads", help: "Threads of the process."),
        MetricDefinition("process_open_fds", help: "Files and sockets that are open."),
        MetricDefinition("process_max_fds", help: "How many may be."),
        MetricDefinition("process_start_time_seconds", help: "When the process began, in seconds since 1970."),
        MetricDefinition("process_cpu_seconds_total", help: "Processor time that the process took, in seconds."),
    ]

    /// Brings all values up to date.
    public func refresh() {
        showStatus()
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            maximumFiles.set(Double(limit.rlim_cur))
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            openFiles.set(files.count)
        }
    }

    private func showStatus() {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            // The program's name before it may hold anything.
            let end = text.lastIndex(of: ")")
        else { return }
        let fields = text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? .nan }
        guard fields.count > 21 else { return }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        // From the third field on, as proc(5) numbers them: 14 and 15 are times, 20 threads, 22 the start, 23 and 24 sizes.
        let seconds = (fields[11] + fields[12]) / ticks
        let more = counted.withLock { counted in
            defer { counted = max(counted, seconds) }
            return seconds - counted
        }
        if more > 0 { processor.increment(by: more) }
        threads.set(fields[17])
        virtual.set(fields[20])
        resident.set(fields[21] * Double(sysconf(Int32(_SC_PAGESIZE))))
        if let boot = Self.bootTime { started.set(boot + fields[19] / ticks) }
    }

    private static let bootTime: Double? = {
        let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }()
}
