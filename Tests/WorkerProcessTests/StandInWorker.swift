import Foundation
import Testing

@testable import WorkerProcess

/// A worker written in C, so that what the supervisor sees depends on no Swift code but its own.
/// Its first argument says how it behaves.
enum StandInWorker {
    private static let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("stand-in-worker-\(getpid())")

    /// Path of the program, compiled once per test run.
    static let executable: Result<String, any Error> = Result {
        atexit { try? FileManager.default.removeItem(at: StandInWorker.folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = folder.appendingPathComponent("worker.c")
        let program = folder.appendingPathComponent("worker")
        try (prelude + behaviours).write(to: source, atomically: true, encoding: .utf8)
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["cc", "-std=gnu11", "-O1", "-o", program.path, source.path]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "cc must compile the stand-in worker")
        return program.path
    }

    /// Runs a behaviour to its end and collects its frames.
    static func run(
        _ behaviour: String..., timeoutNanoseconds: UInt64? = nil
    ) throws -> (report: WorkerReport, frames: [WorkerFrame]) {
        var frames: [WorkerFrame] = []
        let program = Program([try executable.get()] + behaviour)
        let report = try WorkerSupervisor.run(timeoutNanoseconds: timeoutNanoseconds) {
            frames.append($0)
        } body: { _ in
            program.take()
        }
        return (report, frames)
    }

    /// A program in the place of a worker, with the descriptors of one.
    struct Program {
        private let arguments: [UnsafeMutablePointer<CChar>?]

        /// - Parameter environment: variables beside those of this process.
        init(_ command: [String], environment: [String: String] = [:]) {
            let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            arguments = (["env"] + variables + command).map { strdup($0) } + [nil]
        }

        /// Nothing but system calls: this process has other threads, which hold what locks they hold.
        func take() -> Never {
            execv("/usr/bin/env", arguments)
            _exit(127)
        }
    }

    private static let prelude = #"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <sched.h>
        #include <signal.h>
        #include <stdint.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <sys/types.h>
        #include <unistd.h>

        enum { PHASE = 1, LOG = 2, RESULT = 3, FAILURE = 4 };
        static int channel;
        static unsigned char frame[1024];

        static size_t encode(int kind, const void *payload, uint32_t length) {
            uint32_t sum = (2166136261u ^ (unsigned)kind) * 16777619u;
            for (uint32_t i = 0; i < length; i++)
                sum = (sum ^ ((const unsigned char *)payload)[i]) * 16777619u;
            for (int i = 0; i < 4; i++) frame[i] = (unsigned char)(length >> 8 * i);
            frame[4] = (unsigned char)kind;
            for (int i = 0; i < 4; i++) frame[5 + i] = (unsigned char)(sum >> 8 * i);
            memcpy(frame + 9, payload, length);
            return 9 + length;
        }
        static void emit(const void *bytes, size_t count) {
            if (write(channel, bytes, count) != (ssize_t)count) _exit(99);
        }
        static void text(int kind, const char *s) { emit(frame, encode(kind, s, (uint32_t)strlen(s))); }
        static void result(void) { text(RESULT, "42"); }
        static void report_pid(pid_t pid) {
            char message[32] = {1};
            snprintf(message + 1, sizeof message - 1, "%d", (int)pid);
            text(LOG, message);
        }
        static void sleep_for_ever(void) { for (;;) pause(); }
        enum { THREAD_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM };
        static int sleeps(void *unused) { (void)unused; for (;;) syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0); }
        static const char *variable(const char *name) { return getenv(name) ? getenv(name) : ""; }
        // A line in the file NOTES, whole even with others writing to it.
        static void note(char sign) {
            char line[64];
            int length = snprintf(line, sizeof line, "%c %s %d\n", sign, variable("JOB"), (int)getpid());
            int file = open(variable("NOTES"), O_WRONLY | O_APPEND | O_CREAT, 0600);
            if (file < 0 || write(file, line, (size_t)length) != length) _exit(93);
            close(file);
        }
        static int noted(void) {
            static char text[65536];
            int file = open(variable("NOTES"), O_RDONLY), lines = 0;
            ssize_t count = file < 0 ? 0 : read(file, text, sizeof text);
            for (ssize_t i = 0; i < count; i++) lines += text[i] == '\n';
            if (file >= 0) close(file);
            return lines;
        }

        """#

    private static let behaviours = #"""
        int main(int argc, char **argv) {
            const char *mode = argc > 1 ? argv[1] : variable("BEHAVIOUR");
            channel = 3;
            text(PHASE, "load");
            text(PHASE, "run");
            if (!strcmp(mode, "finish")) {
                text(LOG, "\x02" "hello");
                printf("to stdout\n");
                fprintf(stderr, "to stderr\n");
                result();
            } else if (!strcmp(mode, "finish-with-status")) {
                result();
                return 3;
            } else if (!strcmp(mode, "fail")) {
                emit(frame, encode(FAILURE, "\x05\0\0\0refused: no entry", 21));
                return 5;
            } else if (!strcmp(mode, "raise")) {
                signal(atoi(argv[2]), SIG_DFL);
                raise(atoi(argv[2]));
            } else if (!strcmp(mode, "dereference-null")) {
                *(volatile int *)0 = 1;
            } else if (!strcmp(mode, "abort")) {
                abort();
            } else if (!strcmp(mode, "_exit")) {
                _exit(0);
            } else if (!strcmp(mode, "exit")) {
                exit(3);
            } else if (!strcmp(mode, "loop")) {
                for (volatile int i = 0;; i++) { }
            } else if (!strcmp(mode, "ignore-sigterm")) {
                signal(SIGTERM, SIG_IGN);
                report_pid(getpid());
                sleep_for_ever();
            } else if (!strcmp(mode, "leave-group")) {
                signal(SIGTERM, SIG_IGN);
                /* The leader of a session stays in its group. */
                if (setpgid(0, getpgid(getppid())) == 0) _exit(98);
                sleep_for_ever();
            } else if (!strcmp(mode, "threads")) {
                static char stacks[20000][4096];
                for (int i = 0; i < 20000; i++)
                    if (clone(sleeps, stacks[i] + sizeof stacks[i], THREAD_FLAGS, NULL) < 0) break;
                sleep_for_ever();
            } else if (!strcmp(mode, "stop-itself")) {
                raise(SIGSTOP);
            } else if (!strcmp(mode, "finish-after-sigterm")) {
                sigset_t set;
                int got;
                sigemptyset(&set);
                sigaddset(&set, SIGTERM);
                sigprocmask(SIG_BLOCK, &set, NULL);
                sigwait(&set, &got);
                result();
            } else if (!strcmp(mode, "fork")) {
                signal(SIGTERM, SIG_IGN);
                for (int i = 0; i < 3; i++) {
                    pid_t child = fork();
                    if (child == 0) sleep_for_ever();
                    report_pid(child);
                }
                result();
            } else if (!strcmp(mode, "fork-out-of-group")) {
                int ready[2];
                char byte;
                if (pipe(ready) != 0) _exit(97);
                pid_t child = fork();
                if (child == 0) {
                    setsid();
                    if (write(ready[1], "", 1) != 1) _exit(96);
                    sleep_for_ever();
                }
                if (read(ready[0], &byte, 1) != 1) _exit(95);
                report_pid(child);
                result();
            } else if (!strcmp(mode, "flood")) {
                static char block[10000];
                memset(block, 'x', sizeof block);
                for (int i = 0; i < 1000; i++)
                    if (write(1, block, sizeof block) != sizeof block) _exit(94);
                fprintf(stderr, "done");
                result();
            } else if (!strcmp(mode, "close-channel")) {
                close(channel);
                sleep_for_ever();
            } else if (!strcmp(mode, "close-channel-after-result")) {
                result();
                close(channel);
                usleep(600000);
            } else if (!strcmp(mode, "write-garbage")) {
                emit("this is no frame at all", 23);
                sleep_for_ever();
            } else if (!strcmp(mode, "flip-bit")) {
                size_t count = encode(RESULT, "42", 2);
                frame[count - 1] ^= 1;
                emit(frame, count);
                sleep_for_ever();
            } else if (!strcmp(mode, "truncate")) {
                emit(frame, encode(RESULT, "42", 2) - 1);
            } else if (!strcmp(mode, "crash-in-frame")) {
                emit(frame, encode(RESULT, "42", 2) - 1);
                abort();
            } else if (!strcmp(mode, "many-frames")) {
                for (int i = 0; i < 20000; i++) text(LOG, "\x01" "line");
                result();
            } else if (!strcmp(mode, "tell-descriptors")) {
                for (int i = 0; i < 1024; i++)
                    if (fcntl(i, F_GETFD) >= 0) printf("%d ", i);
                result();
            } else if (!strcmp(mode, "tell-environment")) {
                for (int i = 2; i < argc; i++) printf("%s\n", getenv(argv[i]) ? getenv(argv[i]) : "unset");
                result();
            } else if (!strcmp(mode, "tell-signals")) {
                sigset_t blocked;
                struct sigaction action;
                sigprocmask(SIG_BLOCK, NULL, &blocked);
                sigaction(SIGUSR1, NULL, &action);
                printf("%d %d", sigismember(&blocked, SIGUSR2), action.sa_handler == SIG_DFL);
                result();
            } else if (!strcmp(mode, "tell-job")) {
                text(LOG, "\x01" "working");
                text(RESULT, variable("JOB"));
            } else if (!strcmp(mode, "come-and-go")) {
                note('+');
                usleep(5000);
                note('-');
                result();
            } else if (!strcmp(mode, "meet")) {
                note('+');
                while (noted() < atoi(variable("GUESTS"))) usleep(1000);
                result();
            } else if (!strcmp(mode, "stay")) {
                note('+');
                sleep_for_ever();
            } else if (!strcmp(mode, "read-stdin")) {
                char byte;
                printf("%d", (int)read(0, &byte, 1));
                result();
            } else {
                return 2;
            }
            return 0;
        }
        """#
}

/// Whether a process runs, or could: a zombie does not.
func isRunning(_ process: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let state = status.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
}

/// Waits for an event that must come; the bound only ends a failing test.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        usleep(10_000)
    }
    return false
}

extension [WorkerFrame] {
    /// The numbers among the log messages: process ids which a stand-in reports.
    var reportedProcesses: [Int32] {
        compactMap { if case .log(_, let message) = $0 { Int32(message) } else { nil } }
    }
}
