import Emulation
public import Measurement
import PhysicalMemory
import PluginInspection
import Synchronization
import TextSupport

extension PluginRun {
    /// How the calls that plugins make of the host are watched and disturbed.
    public struct Instruments {
        public var rules: [FaultRule]
        /// Hears of every call when it has ended, so that a call within another comes first.
        public var onCall: ((TracedCall) -> Void)?

        public init(rules: [FaultRule] = [], onCall: ((TracedCall) -> Void)? = nil) {
            self.rules = rules
            self.onCall = onCall
        }
    }
}

/// Counts and times the host calls of a run, and makes those go wrong that rules say.
final class HostCallRecorder {
    private struct Tally {
        var calls = 0
        var total: UInt64 = 0
        var latencies = LatencyHistogram()
    }

    private struct State {
        var calls = 0
        var tallies: [HostFunction: Tally] = [:]
        /// For each rule the calls that it is about, and those of them that it hit.
        var met: [Int]
        var hit: [Int]
    }

    /// What the rules say about one call.
    private struct Verdict {
        var number = 0
        var failure: ForeignValue?
        var delay: UInt64 = 0
        var rules: [String] = []
    }

    private let instruments: PluginRun.Instruments
    // A plugin may call from a thread that it made itself; whoever objects is behind this.
    private let state: Mutex<State>

    init(_ instruments: PluginRun.Instruments) {
        self.instruments = instruments
        let none = instruments.rules.map { _ in 0 }
        state = Mutex(State(met: none, hit: none))
    }

    /// Makes a call in place of the plugin, or does not make it.
    ///
    /// - Parameters:
    ///   - arguments: those of the function's signature, the context first, texts as pointers.
    ///   - call: the function itself.
    func perform(
        _ function: HostFunction, _ arguments: [ForeignValue], by instance: PluginInstance,
        _ call: ([ForeignValue]) -> ForeignValue
    ) -> ForeignValue {
        let begin = instance.machine.clock.now
        // Afterwards a text may be gone.
        let shown =
            instruments.onCall == nil
            ? [] : zip(function.signature.arguments, arguments).dropFirst().map(HostCallText.argument)
        let verdict = judge(function, instance.name)
        if verdict.delay > 0 { instance.machine.sleep(nanoseconds: verdict.delay) }
        let result = verdict.failure ?? call(arguments)
        let end = instance.machine.clock.now
        state.withLock { state in
            state.tallies[function, default: Tally()].total += end - begin
            state.tallies[function, default: Tally()].latencies.record(end - begin)
        }
        instruments.onCall?(
            TracedCall(
                number: verdict.number, instance: instance.name, function: "\(function)", arguments: shown,
                result: HostCallText.value(result), beginNanoseconds: begin, endNanoseconds: end,
                injected: verdict.rules))
        return result
    }

    private func judge(_ function: HostFunction, _ instance: String) -> Verdict {
        state.withLock { state in
            state.calls += 1
            state.tallies[function, default: Tally()].calls += 1
            var verdict = Verdict(number: state.calls)
            for (index, rule) in instruments.rules.enumerated()
            where rule.function == function && rule.concerns(instance: instance) {
                state.met[index] += 1
                guard rule.hits(call: state.met[index]) else { continue }
                state.hit[index] += 1
                verdict.rules.append("\(rule)")
                switch rule.effect {
                case .delay(let time): verdict.delay &+= time.nanoseconds
                case .fail(let errorNumber):
                    verdict.failure = verdict.failure ?? errorNumber.map { .i32(-$0) } ?? function.failure
                }
            }
            return verdict
        }
    }

    /// What was called until now.
    var record: HostCallsRecord {
        state.withLock { state in
            let functions = HostFunction.allCases.compactMap { function in
                state.tallies[function].map { tally in
                    HostFunctionRecord(
                        name: "\(function)", calls: tally.calls, totalNanoseconds: tally.total,
                        callNanoseconds: tally.latencies.summary)
                }
            }
            let injected = zip(instruments.rules, state.hit).map {
                InjectedRecord(rule: "\($0)", calls: $1)
            }
            return HostCallsRecord(functions: functions, injected: injected)
        }
    }
}
