extension Duration {
    /// Whole milliseconds, what is less dropped; the ends of Int64 where it is out of range.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min / 2 : .max / 2 }
        let (sum, tooMuch) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return tooMuch ? .max / 2 : max(.min / 2, min(.max / 2, sum))
    }
}
