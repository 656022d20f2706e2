import ArgumentParser

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Many runs: every combination of values, strategies and seeds that a grid names.",
        discussion: """
            A grid (YAML; Workloads/sweeps has some) becomes a plan, a file that never changes with one line a run. \
            Results are kept in a store, an SQLite database that can be asked, exported and merged; 'devemu compare' \
            and 'devemu report' tell and draw what came of them.
            """,
        subcommands: [
            SweepPlanCommand.self, SweepRunCommand.self, SweepShardCommand.self, SweepQueryCommand.self,
            SweepExportCommand.self, SweepMergeCommand.self,
            SweepSubmitCommand.self, SweepStatusCommand.self, SweepResumeCommand.self,
            SweepCancelCommand.self,
        ])
}
