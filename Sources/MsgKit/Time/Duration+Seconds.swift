extension Duration {
    /// As seconds, with fractions.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// Rounded up to a whole number of seconds, as `Retry-After` wants it.
    public var wholeSecondsUp: Int64 {
        components.attoseconds > 0 && components.seconds < .max ? components.seconds + 1 : components.seconds
    }
}
