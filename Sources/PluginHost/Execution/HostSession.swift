import CShims
import Emulation
import Glibc
import Measurement
import PhysicalMemory

/// What the instances of a run have in common: the flight recorder, the rules they broke, and the way out.
final class HostSession {
    /// Violations that are kept in full.
    static let violationLimit = 100

    /// Exit status of a worker that a broken rule ended.
    static let brokenRuleStatus: Int32 = 214

    let recorder: UnsafeMutablePointer<flight_recorder>
    private let ownsRecorder: Bool
    private(set) var violations: [ProtocolViolation] = []
    private(set) var violationCount = 0
    /// Ends the process with what has been measured until now.
    var onStop: () -> Void = {}
    private var isStopping = false

    /// - Parameter recorder: nil where nobody reads it.
    init(recorder: UnsafeMutablePointer<flight_recorder>?) {
        ownsRecorder = recorder == nil
        if let recorder {
            self.recorder = recorder
        } else {
            self.recorder = .allocate(capacity: 1)
            self.recorder.initialize(to: flight_recorder())
            self.recorder.pointee.limit = .max
        }
    }

    deinit {
        if ownsRecorder { recorder.deallocate() }
    }

    /// Puts a broken rule into the record; the caller answers the call with an error.
    func note(_ rule: ProtocolRule, by instance: PluginInstance, _ detail: String) {
        violationCount += 1
        guard violations.count < Self.violationLimit else { return }
        let function = HostFunction(rawValue: recorder.pointee.function)
        violations.append(
            ProtocolViolation(
                rule: rule.name, instance: instance.name, function: function?.description ?? "",
                call: recorder.pointee.calls, nanoseconds: instance.machine.clock.now,
                text: "\(rule.summary): \(detail)"))
    }

    /// Ends the process for a broken rule: whoever calls is not to be answered.
    func abandon(_ rule: ProtocolRule, in function: HostFunction) -> Never {
        guard !ownsRecorder else {
            fatalError("devemu: \(function): the plugin \(rule.summary) (\(rule.name))")
        }
        recorder.pointee.broken_function = function.rawValue
        recorder.pointee.broken_rule = rule.rawValue
        _exit(Self.brokenRuleStatus)
    }

    /// Called when the recorder's limit is reached.
    func stop() {
        // What the way out itself asks of the host is not the plugin's.
        guard !isStopping else { return }
        isStopping = true
        onStop()
    }
}
