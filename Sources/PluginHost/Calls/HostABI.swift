import CDevEmu

/// The revisions of the plugin ABI that this host speaks, as `devemu/plugin.h` numbers them. Fields are
/// only ever added to the host table, so that a plugin of revision 1 finds all it knows.
public enum HostABI {
    public static let revisions = 1...Int(DEVEMU_ABI)
}
