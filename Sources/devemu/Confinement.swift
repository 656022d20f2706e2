import Measurement
import WorkerProcess

/// What a worker's sandbox has in force, as the flight recorder carries it: a bit for the process, one for each part
/// without revisions, and Landlock's revision from bit 8 on.
enum Confinement {
    private static let process: UInt32 = 1
    private static let systemCalls: UInt32 = 2
    private static let privileges: UInt32 = 4

    static func bits(of confinement: Sandbox.Confinement) -> UInt32 {
        process | (confinement.systemCalls ? systemCalls : 0) | (confinement.privileges ? privileges : 0)
            | UInt32(UInt8(clamping: confinement.landlockRevision)) << 8
    }

    static func record(_ bits: UInt32) -> SandboxRecord {
        let confinement = Sandbox.Confinement(
            landlockRevision: Int(bits >> 8 & 0xff), systemCalls: bits & systemCalls != 0,
            privileges: bits & privileges != 0)
        var record = SandboxRecord(
            process: true, landlock: confinement.landlockRevision > 0, seccomp: confinement.systemCalls)
        // Before it has entered its sandbox, a worker has nothing to say of it.
        guard bits & process != 0 else { return record }
        record.landlockRevision = confinement.landlockRevision
        record.capabilities = !confinement.privileges
        record.notInForce = confinement.notInForce
        return record
    }
}
