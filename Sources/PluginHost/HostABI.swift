import CDevEmu

/// The revisions of the plugin ABI that this host speaks, as `devemu/plugin.h` numbers them.
public enum HostABI {
    public static let revisions = Int(DEVEMU_ABI_MIN)...Int(DEVEMU_ABI)
}
