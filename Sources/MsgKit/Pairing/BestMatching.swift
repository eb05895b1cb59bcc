/// The matching of greatest weight in a graph of any form: Edmonds' algorithm with duals, O(n³) time, O(n²) memory.
///
/// Vertices are 1...n here, and blossoms (odd cycles that are treated as one vertex) n+1 and up; 0 is none. Each phase
/// grows trees from the unmatched vertices along edges without slack until two trees touch, which makes the matching
/// larger, or the duals of the unmatched reach 0, which proves that none is heavier.
struct BestMatching {
    /// Where an outermost vertex stands in the trees of a phase.
    enum Mark: UInt8 {
        case free
        /// At an even distance from the root: its edges are followed.
        case even
        case odd
    }

    struct Edge {
        var from: Int32 = 0
        var to: Int32 = 0
    }

    let count: Int
    /// More ids than blossoms can be at once.
    let width: Int
    /// Of the edge between two vertices; 0 where there is none.
    private var weights: [Int64]
    /// Of two outermost vertices, the edge with the least slack between them; both ends are 0 where there is none.
    var edges: [Edge]
    var duals: [Int64]
    /// The far end of the matched edge.
    var mates: [Int]
    /// The even vertex with the edge of least slack to this one.
    var nearest: [Int]
    /// The outermost blossom, or the vertex itself.
    var outer: [Int]
    /// The near end of the tree edge that leads to this vertex.
    var parents: [Int]
    var marks: [Mark]
    var visits: [Int]
    var visit = 0
    /// Of a blossom, its cycle; the first holds the vertex that is matched to the outside.
    var cycles: [[Int]]
    /// By blossom and vertex: the part of its cycle that the vertex is in.
    var holders: [Int32]
    var queue: [Int] = []
    /// The greatest id in use.
    var top: Int

    /// Finds the matching.
    /// - Parameters:
    ///   - count: how many vertices there are, 0-based to the caller.
    ///   - weight: of the edge between two vertices, below 2⁵⁰; 0 where there is none. It is the same both ways.
    /// - Returns: the partner of each vertex; nil for whom there is none.
    static func solve(count: Int, weight: (Int, Int) -> Int64) -> [Int?] {
        guard count > 1 else { return Array(repeating: nil, count: count) }
        var matching = BestMatching(count: count, weight: weight)
        while matching.phase() {}
        return (1...count).map { matching.mates[$0] == 0 ? nil : matching.mates[$0] - 1 }
    }

    private init(count: Int, weight: (Int, Int) -> Int64) {
        self.count = count
        width = count + count / 2 + 2
        weights = Array(repeating: 0, count: (count + 1) * (count + 1))
        edges = Array(repeating: Edge(), count: width * width)
        var heaviest: Int64 = 0
        for one in 1...count {
            for other in 1...count where one != other {
                let weight = weight(one - 1, other - 1)
                weights[one * (count + 1) + other] = weight
                if weight > 0 { edges[one * width + other] = Edge(from: Int32(one), to: Int32(other)) }
                heaviest = max(heaviest, weight)
            }
        }
        duals = Array(repeating: 0, count: width)
        for vertex in 1...count { duals[vertex] = heaviest }
        mates = Array(repeating: 0, count: width)
        nearest = mates
        outer = (0..<width).map { $0 <= count ? $0 : 0 }
        parents = mates
        marks = Array(repeating: .free, count: width)
        visits = mates
        cycles = Array(repeating: [], count: width)
        holders = Array(repeating: 0, count: width * (count + 1))
        top = count
    }

    // MARK: Edges

    func edge(_ one: Int, _ other: Int) -> Edge { edges[one * width + other] }

    func slack(_ edge: Edge) -> Int64 {
        let (from, to) = (Int(edge.from), Int(edge.to))
        return duals[from] + duals[to] - 2 * weights[from * (count + 1) + to]
    }

    private mutating func offer(_ vertex: Int, to target: Int) {
        let current = nearest[target]
        if current == 0 || slack(edge(vertex, target)) < slack(edge(current, target)) { nearest[target] = vertex }
    }

    mutating func findNearest(of target: Int) {
        nearest[target] = 0
        for vertex in 1...count
        where edge(vertex, target).from != 0 && outer[vertex] != target && marks[outer[vertex]] == .even {
            offer(vertex, to: target)
        }
    }

    // MARK: Phases

    /// Follows an edge without slack from an even vertex; true when the matching has grown.
    private mutating func take(_ edge: Edge) -> Bool {
        let (one, other) = (outer[Int(edge.from)], outer[Int(edge.to)])
        switch marks[other] {
        case .free:
            parents[other] = Int(edge.from)
            marks[other] = .odd
            let next = outer[mates[other]]
            nearest[other] = 0
            nearest[next] = 0
            marks[next] = .even
            follow(next)
        case .even:
            let root = meeting(one, other)
            guard root != 0 else {
                augment(one, with: other)
                augment(other, with: one)
                return true
            }
            shrink(one, root, other)
        case .odd: break
        }
        return false
    }

    /// Makes the matching larger by one edge; false when it is the best.
    private mutating func phase() -> Bool {
        for vertex in 1...top {
            marks[vertex] = .free
            nearest[vertex] = 0
        }
        queue = []
        for vertex in 1...top where outer[vertex] == vertex && mates[vertex] == 0 {
            parents[vertex] = 0
            marks[vertex] = .even
            follow(vertex)
        }
        guard !queue.isEmpty else { return false }
        while true {
            if exhaustQueue() { return true }
            guard adjustDuals() else { return false }
            for vertex in 1...top where outer[vertex] == vertex && nearest[vertex] != 0 {
                let edge = edge(nearest[vertex], vertex)
                if outer[nearest[vertex]] != vertex, slack(edge) == 0, take(edge) { return true }
            }
            for blossom in stride(from: count + 1, through: top, by: 1)
            where outer[blossom] == blossom && marks[blossom] == .odd && duals[blossom] == 0 {
                expand(blossom)
            }
        }
    }

    private mutating func exhaustQueue() -> Bool {
        while let vertex = queue.popLast() {
            guard marks[outer[vertex]] != .odd else { continue }
            for other in 1...count where weights[vertex * (count + 1) + other] > 0 && outer[vertex] != outer[other] {
                let edge = edge(vertex, other)
                if slack(edge) > 0 {
                    offer(vertex, to: outer[other])
                } else if take(edge) {
                    return true
                }
            }
        }
        return false
    }

    /// Changes the duals until an edge loses its slack or a blossom may be expanded; false when an unmatched vertex has
    /// come down to 0, and no matching is heavier.
    private mutating func adjustDuals() -> Bool {
        var step = Int64.max
        for vertex in 1...count where marks[outer[vertex]] == .even { step = min(step, duals[vertex]) }
        let limit = step
        for blossom in stride(from: count + 1, through: top, by: 1)
        where outer[blossom] == blossom && marks[blossom] == .odd { step = min(step, duals[blossom] / 2) }
        for vertex in 1...top where outer[vertex] == vertex && nearest[vertex] != 0 {
            let slack = slack(edge(nearest[vertex], vertex))
            switch marks[vertex] {
            case .free: step = min(step, slack)
            case .even: step = min(step, slack / 2)
            case .odd: break
            }
        }
        guard step < limit else { return false }
        for vertex in 1...count {
            switch marks[outer[vertex]] {
            case .even: duals[vertex] -= step
            case .odd: duals[vertex] += step
            case .free: break
            }
        }
        for blossom in stride(from: count + 1, through: top, by: 1) where outer[blossom] == blossom {
            switch marks[blossom] {
            case .even: duals[blossom] += 2 * step
            case .odd: duals[blossom] -= 2 * step
            case .free: break
            }
        }
        return true
    }
}
