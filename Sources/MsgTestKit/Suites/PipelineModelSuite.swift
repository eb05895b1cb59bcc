import Foundation
import MsgKit
import Testing

/// Compares the pipeline with a model under random operations and failures.
///
/// Each run has a seed, which is named in what it reports; the environment variable `MSGCTL_TEST_SEED` repeats one.
public enum PipelineModelSuite {
    /// - Parameter fresh: makes of the pipeline the one of the next run; when left out, all runs share the same engines.
    @discardableResult
    public static func check(
        _ pipeline: PipelineUnderTest, runs: Int, steps: Int = 40,
        fresh: (PipelineUnderTest) -> PipelineUnderTest = { $0 }
    ) async throws -> PipelineTally {
        let given = ProcessInfo.processInfo.environment["MSGCTL_TEST_SEED"].flatMap(UInt64.init)
        let first = given ?? UInt64.random(in: 0...UInt64.max)
        let count = given == nil ? runs : 1
        print("The pipeline's model makes \(count) runs from MSGCTL_TEST_SEED=\(first) on")
        let cast = try await PipelineCast.gather(in: pipeline)
        var tally = PipelineTally()
        for run in 0..<count {
            var model = try await PipelineModel(
                fresh(pipeline), cast, run: run, seed: first &+ UInt64(run), tally: tally)
            for _ in 0..<steps { try await model.step() }
            try await model.finish()
            tally = model.tally
        }
        // So many meet everything, or the operations have lost their sense.
        if count >= 1000 { #expect(tally.isComplete, "\(tally)") }
        return tally
    }
}
