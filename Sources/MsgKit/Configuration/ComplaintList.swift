/// Collects complaints up to a bound.
struct ComplaintList {
    static let limit = 100

    private(set) var complaints: [Complaint] = []
    private(set) var omitted = 0

    var isEmpty: Bool { complaints.isEmpty }

    /// The complaint is only built when it is kept: a suggestion costs a comparison with every known key.
    mutating func add(_ complaint: @autoclosure () -> Complaint) {
        if complaints.count < Self.limit {
            complaints.append(complaint())
        } else {
            omitted += 1
        }
    }

    mutating func add(_ other: ComplaintList) {
        for complaint in other.complaints { add(complaint) }
        omitted += other.omitted
    }

    /// Brings complaints of several passes over one file into the order of its lines.
    mutating func sortByPlace() {
        complaints.sort { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }

    var error: ConfigurationError? {
        isEmpty ? nil : ConfigurationError(complaints: complaints, omitted: omitted)
    }
}
