/// A command that is given files by their names.
protocol TakesFiles {
    /// Files that it can be about.
    static var takenFiles: Set<FileNature> { get }
    /// As the command line has them.
    var givenFiles: [String] { get }
}

extension TakesFiles {
    /// Refuses a file that another command takes, and says which.
    func refuseOtherFiles() throws(CommandFailure) {
        for path in givenFiles {
            if let refusal = FileNature.refusal(of: path, takes: Self.takenFiles) {
                throw CommandFailure(.usage, refusal)
            }
        }
    }
}

extension RunCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.scene, .plugin, .trace]
    var givenFiles: [String] { inputs + [scene].compactMap(\.self) }
}

extension CompareCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.scene, .plugin, .trace, .store]
    var givenFiles: [String] { inputs }
}

extension SizeCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.scene, .plugin]
    var givenFiles: [String] { inputs }
}

extension CheckCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.scene]
    var givenFiles: [String] { [scene] }
}

extension ReplayCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.recording, .trace]
    var givenFiles: [String] { recordings }
}

extension ReportCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.result, .store]
    var givenFiles: [String] { results }
}

extension ExplainCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.log]
    var givenFiles: [String] { [log] }
}

extension SweepPlanCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.grid]
    var givenFiles: [String] { [grid] }
}

extension SweepRunCommand: TakesFiles {
    static let takenFiles: Set<FileNature> = [.plan]
    var givenFiles: [String] { [plan] }
}
