import Foundation
import Testing

@testable import WorkerProcess

/// What a process can still do inside. Each test is a process of its own: nobody leaves a sandbox.
@Suite struct SandboxTests {
    /// A sandbox with a scratch folder of its own.
    static func sandbox(isConfining: Bool = true) -> Sandbox {
        var template = Array("/tmp/devemu-sandbox-test-XXXXXX".utf8CString)
        let isMade = mkdtemp(&template) != nil
        precondition(isMade)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var sandbox = Sandbox(
            scratchFolder: folder,
            limits: ResourceLimits(
                addressSpace: 16 << 30, processorSeconds: 60, openFiles: 128, fileSize: 1 << 20))
        sandbox.isConfining = isConfining
        return sandbox
    }

    /// Whether a file can be made and written; it is removed again.
    static func canWrite(_ path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        guard file >= 0 else { return false }
        defer {
            close(file)
            unlink(path)
        }
        return write(file, "x", 1) == 1
    }

    @Test func `files are written in the scratch folder and nowhere else`() async {
        await #expect(processExitsWith: .success) {
            let sandbox = Self.sandbox()
            let folder = sandbox.scratchFolder ?? ""
            let confinement = try sandbox.enter()
            // A kernel without Landlock says so, and then there is nothing to hold.
            guard confinement.landlockRevision > 0 else { return }
            #expect(Self.canWrite(folder + "/inside"))
            #expect(mkdir(folder + "/below", 0o700) == 0)
            #expect(Self.canWrite(folder + "/below/inside"))
            #expect(!Self.canWrite("/tmp/devemu-sandbox-test-outside"))
            #expect(mkdir("/tmp/devemu-sandbox-test-outside", 0o700) != 0)
            #expect(rename(folder, folder + "-moved") != 0)
            #expect(unlink("/proc/self/exe") != 0)
            #expect(symlink("/", "/tmp/devemu-sandbox-test-link") != 0)
            let null = open("/dev/null", O_WRONLY)
            #expect(null >= 0)
            close(null)
            // Opening fails before it is looked at whether there is a terminal.
            for path in ["/dev/tty", "/dev/full"] {
                #expect(open(path, O_WRONLY) == -1)
                #expect(errno == EACCES, "\(path)")
            }
            rmdir(folder + "/below")
        }
    }

    @Test func `reading goes on as before`() async {
        await #expect(processExitsWith: .success) {
            _ = try Self.sandbox().enter()
            let file = open("/proc/self/maps", O_RDONLY)
            #expect(file >= 0)
            close(file)
        }
    }

    @Test func `network, programs and other processes are out of reach`() async {
        await #expect(processExitsWith: .success) {
            guard try Self.sandbox().enter().systemCalls else { return }
            func isRefused(_ result: Int32) -> Bool { result == -1 && errno == EPERM }
            #expect(isRefused(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)))
            #expect(isRefused(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)))
            #expect(isRefused(kill(getppid(), 0)))
            #expect(isRefused(kill(-1, 0)))
            #expect(isRefused(setsid()))
            #expect(isRefused(setpgid(0, 0)))
            #expect(isRefused(chmod("/tmp", 0o777)))
            var limit = rlimit(rlim_cur: 1, rlim_max: 1)
            #expect(isRefused(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)))
            var child: pid_t = 0
            var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
            #expect(posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil) == EPERM)
            // Its own process is not another one.
            #expect(kill(getpid(), 0) == 0)
        }
    }

    @Test func `no capability is left`() async {
        await #expect(processExitsWith: .success) {
            let confinement = try Self.sandbox().enter()
            #expect(confinement.privileges)
            // Other threads of this process, unlike a worker's, were there before.
            let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
            let lines = status.split(separator: "\n").filter { $0.hasPrefix("Cap") }
            #expect(lines.count == 5)
            for line in lines where geteuid() == 0 || !line.hasPrefix("CapBnd") {
                #expect(line.hasSuffix("\t0000000000000000"), "\(line)")
            }
        }
    }

    @Test func `a strict sandbox is one that lacks nothing of the promise`() {
        func shortfall(_ revision: Int, seccomp: Bool = true, privileges: Bool = true) -> String? {
            Sandbox.Confinement(
                landlockRevision: revision, systemCalls: seccomp, privileges: privileges
            ).shortfall
        }
        for revision in 3...9 { #expect(shortfall(revision) == nil) }
        for revision in 0...2 { #expect(shortfall(revision) != nil) }
        #expect(shortfall(6, seccomp: false) != nil)
        #expect(shortfall(6, privileges: false) != nil)
    }

    @Test func `what is not in force is named`() {
        func missing(_ revision: Int, seccomp: Bool = true) -> [String] {
            Sandbox.Confinement(
                landlockRevision: revision, systemCalls: seccomp, privileges: true
            ).notInForce
        }
        #expect(missing(0) == ["landlock"])
        #expect(missing(2) == ["landlock: truncation", "landlock: ioctl on devices", "landlock: signals"])
        #expect(missing(4) == ["landlock: ioctl on devices", "landlock: signals"])
        #expect(missing(5) == ["landlock: signals"])
        #expect(missing(6, seccomp: false) == ["seccomp"])
        #expect(missing(7).isEmpty)
    }

    @Test func `threads can be made`() async {
        await #expect(processExitsWith: .success) {
            _ = try Self.sandbox().enter()
            var thread = pthread_t()
            #expect(pthread_create(&thread, nil, { $0 }, nil) == 0)
            #expect(pthread_join(thread, nil) == 0)
        }
    }

    @Test func `without confinement the limits hold all the same`() async {
        await #expect(processExitsWith: .success) {
            let sandbox = Self.sandbox(isConfining: false)
            let confinement = try sandbox.enter()
            #expect(confinement == .none)
            var files = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
            #expect(files.rlim_cur <= 128)
            #expect(files.rlim_max <= 128)
            let memory = mmap(nil, 32 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            #expect(memory == MAP_FAILED)
            #expect(Self.canWrite("/tmp/devemu-sandbox-test-\(getpid())"))
            rmdir(sandbox.scratchFolder ?? "")
        }
    }

    @Test func `a file cannot grow over its limit`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let sandbox = Self.sandbox()
            _ = try sandbox.enter()
            let path = (sandbox.scratchFolder ?? "") + "/large"
            let file = open(path, O_WRONLY | O_CREAT, 0o600)
            let bytes = [UInt8](repeating: 0, count: 1 << 20)
            #expect(write(file, bytes, bytes.count) == 1 << 20)
            #expect(write(file, bytes, bytes.count) == -1)
            #expect(errno == EFBIG)
            unlink(path)
        }
    }
}
