import CShims
import Emulation
import Glibc
import Measurement
import PluginHost
import Reporting
import TextSupport
import WorkerProcess

/// The other side of `devemu run`: the process that the plugin lives and dies in.
enum Worker {
    /// What a worker is to do.
    struct Task {
        var run: PluginRun
        var sandbox: Sandbox
        /// Whether the parent is told of every host call.
        var tracesCalls = false
        /// Whether the parent wants what a kernel would trace.
        var tracesKernel = false
        /// Whether it wants to know how the machine looks at the end.
        var sendsEnd = false

        /// Kinds of frames that the parent asks for.
        var wanted: Set<WorkerFrame.Kind> {
            var kinds: Set<WorkerFrame.Kind> = []
            if tracesCalls { kinds.insert(.trace) }
            if tracesKernel { kinds.insert(.kernelTrace) }
            if sendsEnd { kinds.insert(.state) }
            return kinds
        }
    }

    /// Takes the channel, executes the run and reports to the parent; never returns.
    static func main(_ start: WorkerStart, _ task: () throws -> Task) -> Never {
        do {
            let channel = try start.adopt()
            let recorder = try channel.startRecording()
            let work: Task
            do {
                work = try task()
            } catch {
                let status = (error as? CommandFailure)?.status ?? .internalError
                channel.send(.failure(code: status.rawValue, message: "\(error)"))
                channel.end(status: 0)
            }
            execute(work, recorder, channel, scratchFolder: start.scratchFolder)
        } catch {
            Terminal.complain("\(error)")
            _exit(ExitStatus.internalError.rawValue)
        }
    }

    private static func execute(
        _ task: Task, _ recorder: UnsafeMutablePointer<flight_recorder>, _ channel: WorkerChannel,
        scratchFolder: String?
    ) -> Never {
        var plan = task.run
        var sandbox = task.sandbox
        sandbox.scratchFolder = scratchFolder
        if plan.machine.hasContents { PageContents.reserve() }
        do {
            let confinement = try sandbox.enter()
            recorder.pointee.confinement = Confinement.bits(of: confinement)
        } catch {
            let status = error.isShortfall ? ExitStatus.pluginRefused : .internalError
            channel.send(.failure(code: status.rawValue, message: "\(error)"))
            channel.end(status: 0)
        }
        plan.recorder = recorder
        plan.onPhase = { channel.send(.phase($0.rawValue)) }
        plan.onLine = { line in
            let text = line.instance.map { "\($0): \(line.text)" } ?? line.text
            let message = "[\(Human.duration(line.nanoseconds))] \(text)"
            channel.send(.log(level: UInt8(clamping: line.level), message: message))
        }
        let trace = TraceBuffer { channel.send(.kernelTrace($0)) }
        if task.tracesKernel { plan.onTrace = trace.append }
        if task.sendsEnd {
            plan.onEnd = { end in
                if let bytes = try? JSONText.encode(end) { channel.send(.state(bytes)) }
            }
        }
        plan.onStop = { record in
            trace.flush()
            if let bytes = try? JSONText.line(record) { channel.send(.result(bytes)) }
            channel.end(status: 0)
        }
        if task.tracesCalls {
            plan.instruments?.onCall = { call in
                if let line = try? JSONText.line(call) { channel.send(.trace(line)) }
            }
        }
        do {
            let record = try plan.execute()
            trace.flush()
            channel.send(.result(try JSONText.line(record)))
        } catch let failure as PluginRun.Failure {
            channel.send(.failure(code: status(of: failure).rawValue, message: "\(failure)"))
        } catch {
            channel.send(.failure(code: ExitStatus.internalError.rawValue, message: "\(error)"))
        }
        channel.end(status: 0)
    }

    static func status(of failure: PluginRun.Failure) -> ExitStatus {
        switch failure {
        case .refused: .pluginRefused
        case .badSetting: .usage
        case .badScene, .badMachine: .badInput
        case .deadlocked: .runFailed
        case .shortage: .temporary
        }
    }
}
