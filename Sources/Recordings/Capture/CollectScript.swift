/// The shell script that users collect a capture with, on the device.
public enum CollectScript {
    /// For any POSIX shell, BusyBox's too.
    public static var text: String { String(decoding: PackageResources.collect_sh, as: UTF8.self) }
}
