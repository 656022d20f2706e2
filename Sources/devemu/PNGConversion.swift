import Glibc
import WorkerProcess

/// Makes a PNG of an SVG with what the system has for it.
enum PNGConversion {
    /// - Throws: exit code 73 when there is no program for it, or it fails.
    static func png(of svg: [UInt8]) throws -> [UInt8] {
        let folder = try ScratchFolder()
        let (source, target) = ("\(folder.path)/map.svg", "\(folder.path)/map.png")
        try Terminal.writeFile(svg, path: source)
        let size = size(of: svg)
        let tools = [
            ["rsvg-convert", "-o", target, source],
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--user-data-dir=\(folder.path)/profile", "--screenshot=\(target)",
                "--window-size=\(size.width),\(size.height)", "file://\(source)",
            ],
        ]
        for tool in tools {
            guard let output = try ExternalTool.run(tool) else { continue }
            guard output.status == 0, access(target, R_OK) == 0 else {
                throw CommandFailure(
                    .cannotCreate, "\(tool[0]) could not make a PNG: exit code \(output.status)")
            }
            return try InputFile.read(target, as: .picture)
        }
        throw CommandFailure(
            .cannotCreate,
            "a PNG takes rsvg-convert (on Debian in librsvg2-bin) or chromium, and neither is installed; "
                + "write an .svg instead")
    }

    /// Width and height that the root element gives, px.
    private static func size(of svg: [UInt8]) -> (width: Int, height: Int) {
        let words = String(decoding: svg.prefix(400), as: UTF8.self).split(separator: " ")
        func value(_ name: String) -> Int {
            words.lazy.compactMap { word -> Int? in
                guard word.hasPrefix("\(name)=\"") else { return nil }
                return Int(word.dropFirst(name.count + 2).prefix { $0.isNumber })
            }.first ?? 1000
        }
        return (value("width"), value("height"))
    }
}
