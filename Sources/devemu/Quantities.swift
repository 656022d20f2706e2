import Emulation
import TextSupport

/// Quantities of the command line, read by the readers that files have too.
extension MemorySize {
    /// - Parameter option: the name that messages begin with.
    init(_ text: String, of option: String) throws(CommandFailure) {
        do {
            try self.init(reading: text)
        } catch {
            throw CommandFailure(.usage, "\(option): \(error)")
        }
    }
}

extension PercentShare {
    /// - Parameter option: the name that messages begin with.
    init(_ text: String, of option: String) throws(CommandFailure) {
        do {
            try self.init(parsing: text)
        } catch {
            throw CommandFailure(.usage, "\(option): \(error)")
        }
    }
}
