/// Odd cycles that are treated as one vertex, and the change of a matching along a way through them.
extension BestMatching {
    mutating func follow(_ vertex: Int) {
        guard vertex > count else { return queue.append(vertex) }
        for part in cycles[vertex] { follow(part) }
    }

    private mutating func setOuter(of vertex: Int, to blossom: Int) {
        outer[vertex] = blossom
        guard vertex > count else { return }
        for part in cycles[vertex] { setOuter(of: part, to: blossom) }
    }

    private func holder(in blossom: Int, of vertex: Int) -> Int { Int(holders[blossom * (count + 1) + vertex]) }

    /// The place of a part in its blossom's cycle, which is turned round so that the way there has an even length.
    private mutating func evenPlace(of part: Int, in blossom: Int) -> Int {
        guard let place = cycles[blossom].firstIndex(of: part) else { return 0 }
        guard !place.isMultiple(of: 2) else { return place }
        cycles[blossom][1...].reverse()
        return cycles[blossom].count - place
    }

    /// Matches one to another, and within a blossom everybody accordingly.
    private mutating func match(_ one: Int, with other: Int) {
        let edge = edge(one, other)
        mates[one] = Int(edge.to)
        guard one > count else { return }
        let part = holder(in: one, of: Int(edge.from))
        let place = evenPlace(of: part, in: one)
        for index in 0..<place { match(cycles[one][index], with: cycles[one][index ^ 1]) }
        match(part, with: other)
        cycles[one] = Array(cycles[one][place...] + cycles[one][..<place])
    }

    /// Exchanges matched and unmatched edges from one vertex up to its root.
    mutating func augment(_ one: Int, with other: Int) {
        var (one, other) = (one, other)
        while true {
            let next = outer[mates[one]]
            match(one, with: other)
            guard next != 0 else { return }
            let grandparent = outer[parents[next]]
            match(next, with: grandparent)
            (one, other) = (grandparent, next)
        }
    }

    /// Where the ways of two vertices to their roots meet; 0 when the roots differ.
    mutating func meeting(_ one: Int, _ other: Int) -> Int {
        visit += 1
        var (current, waiting) = (one, other)
        while current != 0 || waiting != 0 {
            if current != 0 {
                if visits[current] == visit { return current }
                visits[current] = visit
                current = outer[mates[current]]
                if current != 0 { current = outer[parents[current]] }
            }
            swap(&current, &waiting)
        }
        return 0
    }

    /// Makes a blossom of the cycle that an edge between two even vertices of one tree closes.
    mutating func shrink(_ one: Int, _ root: Int, _ other: Int) {
        let blossom = ((count + 1)..<width).first { outer[$0] == 0 } ?? top
        top = max(top, blossom)
        duals[blossom] = 0
        marks[blossom] = .even
        mates[blossom] = mates[root]
        parents[blossom] = 0

        func way(from vertex: Int) -> [Int] {
            var way: [Int] = []
            var vertex = vertex
            while vertex != root {
                let partner = outer[mates[vertex]]
                way += [vertex, partner]
                vertex = outer[parents[partner]]
            }
            return way
        }
        let near = way(from: one)
        let far = way(from: other)
        cycles[blossom] = [root] + near.reversed() + far
        for part in near + far where marks[part] == .odd { follow(part) }
        setOuter(of: blossom, to: blossom)
        for vertex in 1...top {
            edges[blossom * width + vertex] = Edge()
            edges[vertex * width + blossom] = Edge()
        }
        for vertex in 1...count { holders[blossom * (count + 1) + vertex] = 0 }
        for part in cycles[blossom] {
            for vertex in 1...top where vertex != blossom && edge(part, vertex).from != 0 {
                let known = edge(blossom, vertex)
                guard known.from == 0 || slack(edge(part, vertex)) < slack(known) else { continue }
                edges[blossom * width + vertex] = edge(part, vertex)
                edges[vertex * width + blossom] = edge(vertex, part)
            }
            for vertex in 1...count where part == vertex || part > count && holder(in: part, of: vertex) != 0 {
                holders[blossom * (count + 1) + vertex] = Int32(part)
            }
        }
        findNearest(of: blossom)
    }

    /// Takes an odd blossom whose dual is 0 apart.
    mutating func expand(_ blossom: Int) {
        for part in cycles[blossom] { setOuter(of: part, to: part) }
        let entry = holder(in: blossom, of: Int(edge(blossom, parents[blossom]).from))
        let place = evenPlace(of: entry, in: blossom)
        let cycle = cycles[blossom]
        // The even way from the entry to the base stays in the tree; the rest leaves it.
        for index in stride(from: 0, to: place, by: 2) {
            let (near, far) = (cycle[index], cycle[index + 1])
            parents[near] = Int(edge(far, near).from)
            marks[near] = .odd
            marks[far] = .even
            nearest[near] = 0
            findNearest(of: far)
            follow(far)
        }
        marks[entry] = .odd
        parents[entry] = parents[blossom]
        for part in cycle[(place + 1)...] {
            marks[part] = .free
            findNearest(of: part)
        }
        outer[blossom] = 0
        cycles[blossom] = []
    }
}
