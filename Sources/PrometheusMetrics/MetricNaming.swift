/// Names as Prometheus allows them, made of whatever a library calls its metrics.
enum MetricNaming {
    /// Letters, digits, `_` and `:`, no digit first; what is anything else becomes `_`. A counter's ends in `_total`.
    static func metric(_ text: String, _ kind: MetricKind) -> String {
        let name = cleaned(text, colons: true)
        return kind == .counter && !name.hasSuffix("_total") ? name + "_total" : name
    }

    /// Likewise without `:`; names that Prometheus or the exposition give themselves get another beginning.
    static func label(_ text: String) -> String {
        let name = cleaned(text, colons: false)
        return name.hasPrefix("__") || name == "le" || name == "quantile" ? "exported_" + name : name
    }

    private static func cleaned(_ text: String, colons: Bool) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(scalar)
            case "0"..."9":
                if name.isEmpty { name = "_" }
                name.unicodeScalars.append(scalar)
            case ":" where colons: name.unicodeScalars.append(scalar)
            default: name += "_"
            }
        }
        return name.isEmpty ? "_" : name
    }
}
