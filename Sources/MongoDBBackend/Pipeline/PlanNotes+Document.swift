import MsgKit

extension PlanNotes {
    init(_ reader: DocumentReader) throws {
        func count(_ key: String) throws -> Int { Int(clamping: try reader.integer(key) ?? 0) }
        self.init(
            late: try count("late"), nextDay: try count("nextDay"), exchanged: try count("exchanged"),
            repeated: try count("repeated"))
        guard let counts = try reader.reader("causes") else { return }
        for cause in LeftOut.Cause.allCases {
            causes[cause] = try counts.integer(cause.rawValue).map { Int(clamping: $0) }
        }
    }

    var value: BSON {
        func count(_ number: Int) -> BSON { .int64(Int64(number)) }
        let counts = LeftOut.Cause.allCases.compactMap { cause in
            self.causes[cause].map { BSONDocument.Field(key: cause.rawValue, value: count($0)) }
        }
        return [
            "late": count(late), "nextDay": count(nextDay), "exchanged": count(exchanged), "repeated": count(repeated),
            "causes": .document(BSONDocument(counts)),
        ]
    }
}
