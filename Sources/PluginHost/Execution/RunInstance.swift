public import AllocationStrategies

extension PluginRun {
    /// A value for a parameter, with the place where it was written.
    public struct Setting: Sendable, Equatable {
        public enum Place: Sendable, Hashable {
            /// On the command line; `prefix` is what stands before the parameter's name there.
            case option(prefix: String)
            /// In a file, as `file:line:column`.
            case file(String)
        }

        public var name: String
        public var value: String
        public var place: Place

        public init(name: String, value: String, place: Place) {
            self.name = name
            self.value = value
            self.place = place
        }
    }

    /// An operation that is due at some moment.
    public struct Event: Sendable, Equatable {
        /// ns from the moment at which the first instance begins.
        public var nanoseconds: UInt64
        public var operation: String
        /// Values for the operation's parameters, in place of those of the instance.
        public var arguments: [Setting]
        /// Where the operation was written.
        public var place: Setting.Place
        /// Decides between events of several instances that are equally due; the lower goes first.
        public var order: Int

        public init(
            nanoseconds: UInt64, operation: String, arguments: [Setting], place: Setting.Place, order: Int
        ) {
            self.nanoseconds = nanoseconds
            self.order = order
            self.operation = operation
            self.arguments = arguments
            self.place = place
        }
    }

    /// How the driver of an instance gathers.
    public enum StrategySource: Sendable {
        case known(Strategy)
        /// The file of a strategy that is a plugin itself.
        case plugin(path: String)
    }

    /// One instance of a plugin. Several may be of the same file.
    public struct Instance: Sendable, Equatable {
        /// Unique in the run.
        public var name: String
        public var path: String
        /// Values for the plugin's parameters; the last of a name wins.
        public var settings: [Setting]
        /// Number of the area that serves its devices.
        public var area = 0
        /// Nil for what the driver asks for itself.
        public var strategy: StrategySource?
        /// Of events due at the same instant the one with the lower priority goes first.
        public var priority = 0
        /// In the order in which they are due. Without one, the plugin's first entry is called at once.
        public var events: [Event] = []
        /// Where its plugin and its strategy were written, `file:line:column`; nil for the command line.
        public var pluginPlace: String?
        public var strategyPlace: String?

        public init(name: String, path: String, settings: [Setting] = []) {
            self.name = name
            self.path = path
            self.settings = settings
        }
    }
}

/// A strategy of devemu's own is known by its name.
extension PluginRun.StrategySource: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.known(let left), .known(let right)): left.name == right.name
        case (.plugin(let left), .plugin(let right)): left == right
        default: false
        }
    }
}
