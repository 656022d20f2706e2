import Glibc

/// Every instance of this process by its number, so that the context that a plugin passes is a number to look
/// up and not an address to believe.
///
/// Filled by one task at a time; numbers are not used again.
enum InstanceTable {
    private static let capacity = 1 << 16
    private nonisolated(unsafe) static let instances: UnsafeMutablePointer<Unmanaged<PluginInstance>?> = {
        // Nil is zero, and memory that comes zeroed takes none before it is written to.
        guard let memory = calloc(capacity, MemoryLayout<Unmanaged<PluginInstance>?>.stride) else {
            fatalError("no memory for the table of instances")
        }
        return memory.bindMemory(to: Unmanaged<PluginInstance>?.self, capacity: capacity)
    }()
    private nonisolated(unsafe) static var count = 0
    private nonisolated(unsafe) static var session: HostSession?

    /// Gives an instance its number; nil when there are too many.
    static func add(_ instance: PluginInstance) -> Int? {
        guard count < capacity else { return nil }
        session = instance.session
        instances[count] = .passUnretained(instance)
        count += 1
        return count - 1
    }

    static func remove(_ number: Int) { instances[number] = nil }

    /// The instance that a context names; there is no going on with another one.
    @inline(__always)
    static func instance(
        behind context: UnsafeMutableRawPointer?, in function: HostFunction
    ) -> Unmanaged<PluginInstance> {
        guard let index = HandleSpace.index(OpaquePointer(context), HandleSpace.contexts, below: count),
            let instance = instances[index]
        else { refuse(function) }
        return instance
    }

    private static func refuse(_ function: HostFunction) -> Never {
        guard let session else { fatalError("devemu: \(function): called before there was an instance") }
        session.abandon(.foreignContext, in: function)
    }
}
