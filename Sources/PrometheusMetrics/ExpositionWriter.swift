/// Writes families and their samples in one of the formats.
struct ExpositionWriter {
    let format: ExpositionFormat
    private(set) var text = ""

    init(format: ExpositionFormat) {
        self.format = format
    }

    mutating func family(_ name: String, _ kind: MetricKind, help: String?) {
        // OpenMetrics names a counter's family without what its samples end in.
        let isShortened = format == .openMetrics && kind == .counter
        let family = isShortened ? String(name.dropLast("_total".count)) : name
        if let help { text += "# HELP \(family) \(SeriesLabels.escaped(help, quotes: format == .openMetrics))\n" }
        text += "# TYPE \(family) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: SeriesLabels, _ value: Double) {
        text += labels.text.isEmpty ? "\(name) " : "\(name){\(labels.text)} "
        text += "\(Self.number(value))\n"
    }

    mutating func bucket(_ name: String, _ labels: SeriesLabels, upTo bound: Double, _ count: Int) {
        let bound = bound == .infinity ? "+Inf" : "\(bound)"
        let others = labels.text.isEmpty ? "" : "\(labels.text),"
        text += "\(name)_bucket{\(others)le=\"\(bound)\"} \(count)\n"
    }

    mutating func end() {
        if format == .openMetrics { text += "# EOF\n" }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
