extension Sandbox {
    /// The parts that a kernel may lack, and what is in force of them.
    public struct Confinement: Equatable, Sendable {
        /// The revision of Landlock that holds writing to the scratch folder; 0 for none. Follows landlock(7).
        public var landlockRevision: Int
        /// System calls that reach out of the process are refused. Follows seccomp(2).
        public var systemCalls: Bool
        /// The process has no capability. Follows capabilities(7).
        public var privileges: Bool

        public static let none = Confinement(landlockRevision: 0, systemCalls: false, privileges: false)

        public init(landlockRevision: Int, systemCalls: Bool, privileges: Bool) {
            self.landlockRevision = landlockRevision
            self.systemCalls = systemCalls
            self.privileges = privileges
        }

        /// The first revision that knows truncation, of Linux 6.2: what `--sandbox strict` asks for.
        public static let strictRevision = 3

        /// What is missing of the whole promise, each in a few words, in a fixed order; empty for nothing.
        ///
        /// What an older Landlock lacks stands here though the filter refuses it: one layer holds where there
        /// should be two.
        public var notInForce: [String] {
            var missing: [String] = []
            if landlockRevision < 1 { missing.append("landlock") }
            if (1..<3).contains(landlockRevision) { missing.append("landlock: truncation") }
            if (1..<5).contains(landlockRevision) { missing.append("landlock: ioctl on devices") }
            if (1..<6).contains(landlockRevision) { missing.append("landlock: signals") }
            if !systemCalls { missing.append("seccomp") }
            if !privileges { missing.append("capabilities: some are left") }
            return missing
        }

        /// Why `--sandbox strict` does not run here, in a clause; nil when it does.
        public var shortfall: String? {
            if !systemCalls { return "the kernel has no seccomp filters" }
            if landlockRevision < 1 { return "the kernel has no Landlock, or it is switched off" }
            if landlockRevision < Self.strictRevision {
                return "Landlock of this kernel is revision \(landlockRevision), and \(Self.strictRevision) "
                    + "(Linux 6.2) is the first that knows truncation"
            }
            return privileges ? nil : "capabilities of the process cannot be given up"
        }
    }
}
