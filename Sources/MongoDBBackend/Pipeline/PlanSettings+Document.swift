import MsgKit

extension PlanSettings {
    init(_ reader: DocumentReader) throws {
        func time(_ key: String) throws -> TimeOfDay {
            try reader.required(key, try reader.string(key).flatMap { TimeOfDay($0) })
        }
        func count(_ key: String) throws -> Int { Int(clamping: try reader.integer(key) ?? 0) }
        self.init(
            windowStart: try time("windowStart"), windowEnd: try time("windowEnd"),
            timeZone: try reader.required("timeZone", try reader.string("timeZone")),
            oddUser: try reader.required("oddUser", try reader.choice("oddUser")),
            avoidRounds: try count("avoidRounds"), avoidDays: try count("avoidDays"),
            weeklyLimit: try count("weeklyLimit"),
            templates: try reader.array("templates").map { try reader.required("templates", $0.text) })
    }

    var value: BSON {
        [
            "windowStart": .string(windowStart.description), "windowEnd": .string(windowEnd.description),
            "timeZone": .string(timeZone), "oddUser": .string(oddUser.rawValue),
            "avoidRounds": .int64(Int64(avoidRounds)), "avoidDays": .int64(Int64(avoidDays)),
            "weeklyLimit": .int64(Int64(weeklyLimit)), "templates": .array(templates.map { .string($0) }),
        ]
    }
}
