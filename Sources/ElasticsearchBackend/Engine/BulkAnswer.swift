/// What became of each operation of a bulk request, in its order.
struct BulkAnswer: Decodable {
    struct Item: Decodable {
        struct Outcome: Decodable {
            struct Cause: Decodable {
                var type: String?
                var reason: String?
            }

            var status: Int
            var error: Cause?
        }

        var index: Outcome?
    }

    /// How to go on after an operation.
    enum Verdict {
        /// It is done, or a later version was there.
        case settled
        /// The engine had no room for it just now.
        case again(ElasticsearchFault)
        /// The engine will never take this document.
        case refused(ElasticsearchFault)
        /// It is about more than this document.
        case failed(ElasticsearchFault)
    }

    var errors: Bool
    var items: [Item]

    /// What a request asks for of the answer; the rest is many times as long.
    static let filter = "errors,items.*.status,items.*.error.type,items.*.error.reason"
}

extension BulkAnswer.Item {
    /// Errors of status 400 that are not the document's.
    private static let ofTheIndex: Set<String> = ["index_closed_exception", "invalid_index_name_exception"]

    var verdict: BulkAnswer.Verdict {
        guard let outcome = index else {
            return .failed(ElasticsearchFault(status: 200, type: "", reason: "an item of a bulk answer has no outcome"))
        }
        let fault = ElasticsearchFault(
            status: outcome.status, type: outcome.error?.type ?? "", reason: outcome.error?.reason ?? "")
        return switch outcome.status {
        case 200..<300: .settled
        case 409 where fault.isConflict: .settled
        case 400 where !Self.ofTheIndex.contains(fault.type): .refused(fault)
        case _ where fault.isOverload: .again(fault)
        default: .failed(fault)
        }
    }
}
