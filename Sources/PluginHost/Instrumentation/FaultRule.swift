import Emulation
public import TextSupport

/// What is to go wrong in which calls of a host function.
///
/// A call that fails is not made at all and returns what the headers promise for a failure. A call that is
/// delayed begins later; the time counts as its own.
///
/// Grammar, the clauses behind the function in any order:
///
///     fail [7th | every [3rd]] FUNCTION [after 100] [of INSTANCE] [with ENOMEM]
///     delay [7th | every [3rd]] FUNCTION by 2ms [after 100] [of INSTANCE]
public struct FaultRule: Equatable, Sendable {
    public enum Effect: Equatable, Sendable {
        /// The errno to fail with, positive; nil for the function's own failure.
        case fail(errorNumber: Int32?)
        case delay(EmulatedDuration)
    }

    /// Which of the calls that a rule counts.
    public enum Choice: Equatable, Sendable {
        case all
        /// Only this one, from 1.
        case only(Int)
        /// This one, from 1, and again after as many.
        case every(Int)
    }

    public let effect: Effect
    public let choice: Choice
    public let function: HostFunction
    /// Calls that are left alone before the first that the rule counts, 0 or more.
    public let after: Int
    /// The name of an instance, or that which several with numbers share; nil for all.
    public let instance: String?

    public init(
        _ effect: Effect, _ function: HostFunction, _ choice: Choice = .all, after: Int = 0,
        instance: String? = nil
    ) {
        self.effect = effect
        self.choice = choice
        self.function = function
        self.after = after
        self.instance = instance
    }

    /// Whether the rule is about the calls of an instance.
    func concerns(instance name: String) -> Bool { instance.map { Self.isMeant(name, by: $0) } ?? true }

    /// `camera` means `camera`, `camera.1` and `camera.2`.
    static func isMeant(_ name: String, by written: String) -> Bool {
        name == written
            || name.hasPrefix(written + ".") && name.dropFirst(written.count + 1).isDigits
                && name.count > written.count + 1
    }

    /// Whether the rule hits the call of this number among those that it is about, from 1.
    func hits(call number: Int) -> Bool {
        guard number > after else { return false }
        return switch choice {
        case .all: true
        case .only(let wanted): number - after == wanted
        case .every(let step): (number - after).isMultiple(of: step)
        }
    }
}

extension FaultRule: CustomStringConvertible {
    /// Canonical form, which parses back to the same rule: `fail every 3rd cma_alloc of camera`.
    public var description: String {
        var words: [String] = []
        switch effect {
        case .fail: words.append("fail")
        case .delay: words.append("delay")
        }
        switch choice {
        case .all: break
        case .only(let number): words.append(ordinal(number))
        case .every(let number): words += ["every", ordinal(number)]
        }
        words.append("\(function)")
        if case .delay(let time) = effect { words.append("by \(time)") }
        if after > 0 { words.append("after \(after)") }
        if let instance { words.append("of \(instance)") }
        if case .fail(let errorNumber?) = effect {
            words.append("with \(ErrorNumber.name(of: -Int64(errorNumber)))")
        }
        return words.joined(separator: " ")
    }
}
