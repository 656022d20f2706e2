import WorkerProcess

extension CommandFailure {
    /// That workers cannot be started or watched, with the exit code of what that is due to.
    init(_ error: WorkerError) {
        let status: ExitStatus =
            switch error.cause {
            case .shortage: .temporary
            case .scratchFolder: .cannotCreate
            case .storage: .ioError
            case .fault: .internalError
            }
        let place = error.cause == .scratchFolder ? "TMPDIR, or /tmp: " : ""
        self.init(status, "\(place)\(error)")
    }
}
