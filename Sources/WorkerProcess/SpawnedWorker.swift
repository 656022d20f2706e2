internal import CWorkerShims
import Glibc

/// A started worker process and the parent's ends of its pipes.
struct SpawnedWorker {
    /// Number of the channel in the worker, right after the standard descriptors.
    static let channelDescriptor: Int32 = 3
    /// Number of the flight recorder in the worker.
    static let recorderDescriptor: Int32 = 4
    /// The highest descriptor that a worker is given.
    static let lastDescriptor = recorderDescriptor

    /// Process id, and id of the process group which the worker leads.
    let process: pid_t
    let channel: Descriptor
    let standardOutput: Descriptor
    let standardError: Descriptor
    /// Becomes readable when the worker exits; closed where the kernel has no pidfd_open(2).
    let exit: Descriptor

    /// Starts `executable` in a process group of its own, with stdin empty, no blocked signals, all
    /// signal dispositions at default and no descriptor but the five it needs.
    ///
    /// Corresponds to posix_spawn(3).
    init(
        executable: String, arguments: [String], environment: [String: String], recorder: Descriptor
    ) throws(WorkerError) {
        let channel = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()

        var actions = posix_spawn_file_actions_t()
        try Self.check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init")
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A worker is in a background process group: reading the terminal would stop it for ever.
        try Self.check(
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0),
            "posix_spawn_file_actions_addopen")
        let given = [
            (output.writing, 1), (errors.writing, 2), (channel.writing, Self.channelDescriptor),
            (recorder, Self.recorderDescriptor),
        ]
        for (descriptor, target) in given {
            try Self.check(
                posix_spawn_file_actions_adddup2(&actions, descriptor.number, target),
                "posix_spawn_file_actions_adddup2")
        }
        try Self.check(
            devemu_spawn_close_from(&actions, Self.lastDescriptor + 1),
            "posix_spawn_file_actions_addclosefrom_np")

        var attributes = posix_spawnattr_t()
        try Self.check(posix_spawnattr_init(&attributes), "posix_spawnattr_init")
        defer { posix_spawnattr_destroy(&attributes) }
        try Self.isolate(&attributes)

        let argumentList = CStringList([executable] + arguments)
        let environmentList = CStringList(environmentEntries(adding: environment))
        var process: pid_t = 0
        let failure = posix_spawn(
            &process, executable, &actions, &attributes, argumentList.pointers, environmentList.pointers)
        guard failure == 0 else {
            throw WorkerError(.spawnFailed, subject: executable, errorNumber: failure)
        }
        self.process = process
        self.channel = channel.reading
        standardOutput = output.reading
        standardError = errors.reading
        exit = Descriptor(devemu_pidfd_open(process))
    }

    private static func isolate(_ attributes: inout posix_spawnattr_t) throws(WorkerError) {
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        try check(posix_spawnattr_setsigmask(&attributes, &none), "posix_spawnattr_setsigmask")
        try check(posix_spawnattr_setsigdefault(&attributes, &all), "posix_spawnattr_setsigdefault")
        try check(posix_spawnattr_setpgroup(&attributes, 0), "posix_spawnattr_setpgroup")
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        try check(posix_spawnattr_setflags(&attributes, Int16(flags)), "posix_spawnattr_setflags")
    }

    /// The posix_spawn family returns the error number instead of setting errno.
    private static func check(_ result: Int32, _ call: String) throws(WorkerError) {
        guard result == 0 else { throw .systemCall(call, errorNumber: result) }
    }
}

extension SpawnedWorker {
    /// Sends a signal to all processes of the worker's group. Valid until ``reap()``: till then the
    /// ids cannot belong to anybody else.
    ///
    /// Corresponds to kill(2).
    func signalGroup(_ number: Int32) {
        let reached = kill(-process, number) == 0
        // A plugin may have moved the worker to another group; SIGKILL must reach it in any case.
        if number == SIGKILL || !reached { kill(process, number) }
    }

    /// Whether the worker has exited; it stays a zombie that can be signalled and reaped.
    ///
    /// Corresponds to waitid(2) with `WNOHANG` and `WNOWAIT`.
    func hasExited() throws(WorkerError) -> Bool {
        while true {
            var info = siginfo_t()
            if waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 {
                return info.si_signo == SIGCHLD
            }
            guard errno == EINTR else { throw .systemCall("waitid") }
        }
    }

    /// Waits for the exit and frees the process id.
    ///
    /// - Returns: the raw status of waitpid(2).
    func reap() throws(WorkerError) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw .systemCall("waitpid") }
        }
        return status
    }
}

/// The parent's environment with the given variables set or replaced. The inherited entries are
/// copied as bytes, since they need not be UTF-8.
private func environmentEntries(adding additions: [String: String]) -> [ContiguousArray<CChar>] {
    let names = additions.keys.map { $0.utf8CString.dropLast() + [CChar(UInt8(ascii: "="))] }
    var entries: [ContiguousArray<CChar>] = []
    var next = devemu_environment()
    while let entry = next?.pointee {
        let bytes = ContiguousArray(UnsafeBufferPointer(start: entry, count: strlen(entry) + 1))
        if !names.contains(where: { bytes.starts(with: $0) }) { entries.append(bytes) }
        next = next?.successor()
    }
    for (name, value) in additions.sorted(by: { $0.key < $1.key }) {
        entries.append("\(name)=\(value)".utf8CString)
    }
    return entries
}

/// A null-terminated array of C strings, as exec wants it.
private final class CStringList {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [ContiguousArray<CChar>]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        pointers.initialize(repeating: nil, count: count + 1)
        for (index, string) in strings.enumerated() {
            pointers[index] = string.withUnsafeBufferPointer { $0.baseAddress.flatMap { strdup($0) } }
        }
    }

    convenience init(_ strings: [String]) {
        self.init(strings.map(\.utf8CString))
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
