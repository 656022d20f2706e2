/// How a kernel is told to set an area up. Follows
/// Documentation/admin-guide/kernel-parameters.txt and the binding
/// reserved-memory/shared-dma-pool.yaml of Linux 6.1.
public struct KernelSetting: Codable, Sendable, Hashable {
    /// For the kernel's command line; null for an area that is not the default one.
    public var commandLine: String?
    /// A node for the device tree, lines with an indent of four spaces.
    public var deviceTree: String

    /// Bytes that an area's size and start are a multiple of.
    private static let alignment = 2 << 20
    /// Most characters of a node's name.
    private static let longestName = 31

    /// - Parameters:
    ///   - pages: whole pageblocks.
    ///   - basePFN: where it was asked to lie; nil for wherever it fits.
    ///   - isDefault: whether it serves devices that name no area.
    public init(name: String, pages: Int, basePFN: Int?, isDefault: Bool) {
        let mebibytes = ResultPages.mebibytes(pages)
        if isDefault {
            commandLine = "cma=\(mebibytes)M" + (basePFN.map { "@\(ResultPages.mebibytes($0))M" } ?? "")
        }
        let place =
            if let base = basePFN.map({ $0 * ResultPages.bytes }) {
                (
                    node: "@" + String(base, radix: 16),
                    properties: ["    reg = <\(Self.cells(base)) \(Self.cells(pages * ResultPages.bytes))>;"]
                )
            } else {
                (
                    node: "",
                    properties: [
                        "    size = <\(Self.cells(pages * ResultPages.bytes))>;",
                        "    alignment = <\(Self.cells(Self.alignment))>;",
                    ]
                )
            }
        let lines =
            [
                "\(Self.nodeName(name))\(place.node) {", "    compatible = \"shared-dma-pool\";",
                "    reusable;",
            ] + place.properties
        deviceTree =
            (["reserved-memory {", "    #address-cells = <2>;", "    #size-cells = <2>;", "    ranges;", ""]
            + (lines + (isDefault ? ["    linux,cma-default;"] : []) + ["};"]).map { "    " + $0 } + ["};"])
            .map { $0 + "\n" }.joined()
    }

    /// The area that `cma=` makes is called "reserved"; in a device tree linux,cma is usual for it.
    private static func nodeName(_ name: String) -> String {
        guard name != "reserved" else { return "linux,cma" }
        let letters = name.prefix(longestName).map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber || ",._+-".contains(letter)) ? letter : "-"
        }
        return String(letters)
    }

    /// A number of bytes in two cells.
    private static func cells(_ bytes: Int) -> String {
        "0x\(String(bytes >> 32, radix: 16)) 0x\(String(bytes & 0xffff_ffff, radix: 16))"
    }

    enum CodingKeys: String, CodingKey {
        case commandLine = "command_line"
        case deviceTree = "device_tree"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(commandLine, forKey: .commandLine)
        try container.encode(deviceTree, forKey: .deviceTree)
    }
}
