import ArgumentParser
import Emulation
import KernelFormats
import PhysicalMemory
import Reporting
import TextSupport

struct AreasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "areas",
        abstract: "Show the areas that a kernel sets up by a device tree and its command line.",
        discussion: """
            Nodes of /reserved-memory, cma= and hugetlb_cma= are placed in memory as the kernel does it on a \
            machine with one node and 4 KiB pages. What the kernel refuses has its errno and a sentence, and \
            the exit code is 1. An area that only the kernel's configuration asks for is not shown.
            """)

    @Argument(
        help: ArgumentHelp(
            "A device tree, compiled (.dtb) or as source (.dts, which needs dtc), and a text with a command "
                + "line.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp("Memory of the machine (default: as the device tree says).", valueName: "size"))
    var memory: String?

    @Option(help: KernelInput.help, completion: KernelInput.completion)
    var kernel = Kernel.standard.name

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"))
    var output: String?

    func run() throws {
        try OutputPlace.check([("-o", output)], inputs: files)
        let size = try memory.map { text throws(CommandFailure) in
            let size = try MemorySize(text, of: "--memory")
            guard size.pages >= 1024 else {
                throw CommandFailure(.usage, "--memory '\(text)' is not a size from 4M on; write 2G")
            }
            return size.bytes
        }
        let layout = try BootInput(reading: files) { path throws(CommandFailure) in
            try InputFile.read(path, as: .deviceTree)
        }.layout(memoryBytes: size, on: KernelInput.read(kernel))
        let bytes: [UInt8]
        switch format {
        case .json: bytes = try JSONText.encode(BootLayoutRecord(layout))
        case .text:
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            bytes = Array(BootLayoutText(layout, style: style).render().utf8)
        }
        try Terminal.write(bytes, to: output)
        if layout.areas.contains(where: { $0.refusal != nil }) {
            throw ExitCode(ExitStatus.unsatisfied.rawValue)
        }
    }
}
