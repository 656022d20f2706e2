/// The rules of the plugin interface that the host holds every call against, by the names that reports use.
///
/// The raw value is the number under which the flight recorder knows a rule; zero is none.
public enum ProtocolRule: UInt32, CaseIterable, Sendable {
    // Answered with an error; the run goes on.
    case foreignDevice = 1
    case foreignArea
    case foreignSet
    case foreignPage
    case otherDevicesPage
    case doubleRelease
    case wrongCount
    case useAfterRelease
    case wrongKind
    // There is no answer that would be safe: the run ends.
    case foreignContext
    case foreignThread
    case callAfterReturn

    public var name: String {
        switch self {
        case .foreignDevice: "foreign-device"
        case .foreignArea: "foreign-area"
        case .foreignSet: "foreign-set"
        case .foreignPage: "foreign-page"
        case .otherDevicesPage: "other-devices-page"
        case .doubleRelease: "double-release"
        case .wrongCount: "wrong-count"
        case .useAfterRelease: "use-after-release"
        case .wrongKind: "wrong-kind"
        case .foreignContext: "foreign-context"
        case .foreignThread: "foreign-thread"
        case .callAfterReturn: "call-after-return"
        }
    }

    /// What a plugin did that breaks it.
    public var summary: String {
        switch self {
        case .foreignDevice: "passed a device that this instance did not register"
        case .foreignArea: "passed an area that is not of a device of this instance"
        case .foreignSet: "passed a buffer set that this instance did not open"
        case .foreignPage: "passed a page that no area has"
        case .otherDevicesPage: "passed pages that another device holds"
        case .doubleRelease: "released pages that nobody holds: released twice, or never allocated"
        case .wrongCount: "released more pages than it holds there"
        case .useAfterRelease: "used pages that it does not hold"
        case .wrongKind: "made a call that is not for plugins of its kind"
        case .foreignContext: "passed a context that is not that of its host table"
        case .foreignThread: "called the host from a thread of its own"
        case .callAfterReturn: "called the host outside of its entry points"
        }
    }
}
