/// Why an input is not a value of its key; a list may be wrong in several places.
struct InvalidValue: Error {
    struct Fault {
        var origin: ConfigurationOrigin
        var problem: String
        var remedy: String
    }

    var faults: [Fault]
}
