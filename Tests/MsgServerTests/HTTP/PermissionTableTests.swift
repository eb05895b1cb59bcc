import Foundation
import MsgKit
import Testing

@testable import MsgServer

/// The tables of docs/security.md name every route and every event there is, with who may call it at least. Whether a
/// running server keeps to them is for Tests/e2e/test_permissions.py.
@Suite(.timeLimit(.minutes(1)))
struct PermissionTableTests {
    private static let columns = ["nobody", "user", "member", "owner", "moderator", "admin"]

    /// The rows of a table by what stands between the backquotes of their first cell.
    private func rows(behind mark: String) throws -> [(name: String, cells: [String])] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let page = try String(contentsOf: root.appending(path: "docs/security.md"), encoding: .utf8)
        let table = try #require(page.components(separatedBy: "<!-- \(mark) -->\n\n").last)
        let lines = table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
        let cells = lines.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(Array(try #require(cells.first).dropFirst()) == Self.columns)
        return try cells.dropFirst(2).map { row in
            let name = row[0].split(separator: "`", omittingEmptySubsequences: false)
            return (String(try #require(name.count == 3 ? name[1] : nil)), Array(row.dropFirst()))
        }
    }

    @Test func everyRouteIsInTheTable() async throws {
        let rows = try rows(behind: "routes")
        try await World.with { world in
            let routes = TestAPI(world).routes
            let told = Set(rows.map(\.name))
            let known = Set(routes.map { "\($0.method) \($0.path)" })
            for name in known.subtracting(told).sorted() { Issue.record("\(name) is not in docs/security.md") }
            for name in told.subtracting(known).sorted() { Issue.record("\(name) of docs/security.md is no route") }
        }
    }

    @Test func theTableSaysWhatARouteAsksForAtLeast() async throws {
        let rows = try rows(behind: "routes")
        try await World.with { world in
            for route in TestAPI(world).routes {
                for row in rows where row.name == "\(route.method) \(route.path)" {
                    let isRefused = { (column: String) in
                        ["401", "403"].contains(row.cells[Self.columns.firstIndex(of: column) ?? 0])
                    }
                    switch route.access {
                    case .anyone: continue
                    case .role(let role):
                        #expect(row.cells[0] == "401", "\(row.name)")
                        if role.includes(.moderator) {
                            #expect(isRefused("user") && isRefused("member") && isRefused("owner"), "\(row.name)")
                        }
                        if role == .admin { #expect(isRefused("moderator"), "\(row.name)") }
                    }
                }
            }
        }
    }

    @Test func everyEventIsInTheTable() throws {
        let told = Set(try rows(behind: "events").map(\.name))
        let known = Set(ClientEvent.allCases.map(\.rawValue))
        #expect(told == known, "a new event has its row in docs/security.md, and one that is gone none")
    }
}
