import Foundation

extension TimeZone {
    private static let maximumName = 64
    private static let known = Set(TimeZone.knownTimeZoneIdentifiers)

    /// The names of the IANA database that stand outside its areas, most of them links that it keeps for old users.
    private static let outsideAreas: Set<String> = [
        "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0",
        "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya",
        "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK",
        "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu",
    ]

    /// A zone by its name in the IANA database, links such as `Asia/Calcutta` among them; nil for anything else.
    ///
    /// Foundation reads offsets (`GMT+3`) and abbreviations (`PST`) as zones too: they are no names, say nothing of summer
    /// time, and other programs do not know them.
    public init?(name: String) {
        let isSpelt =
            (1...Self.maximumName).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "_+-/".utf8.contains(byte)
                }
            }
        guard isSpelt else { return nil }
        // Its list of known names lacks most links and all of Etc, but it finds what is in an area.
        let isInArea =
            name.contains("/") && !name.hasPrefix("GMT") && !name.hasPrefix("UTC") && !name.hasPrefix("SystemV/")
        guard isInArea || Self.known.contains(name) || Self.outsideAreas.contains(name) else { return nil }
        self.init(identifier: name)
    }
}
