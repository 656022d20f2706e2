internal import CLibELF
internal import CShims
internal import Glibc

/// Finds libraries as the dynamic linker would for a plugin of this process. Follows ld.so(8).
///
/// Left out are the folders for newer processors (`glibc-hwcaps`) that the linker's cache does not list.
struct LibrarySearch {
    /// Folders of the plugin's own, in order.
    private let folders: [String]
    /// Where the linker looks last.
    private static let defaultFolders: [String] = {
        #if arch(x86_64)
            let triple = "x86_64-linux-gnu"
        #elseif arch(arm64)
            let triple = "aarch64-linux-gnu"
        #endif
        return ["/lib/\(triple)", "/usr/lib/\(triple)", "/lib64", "/usr/lib64", "/lib", "/usr/lib"]
    }()
    /// More folders than anybody names; bounds the work on a hostile file.
    private static let maximumFolders = 64

    /// - Parameters:
    ///   - rpath, runpath: the plugin's DT_RPATH, which a DT_RUNPATH puts out of force, and DT_RUNPATH.
    init(rpath: String?, runpath: String?) {
        let environment = getenv("LD_LIBRARY_PATH").map { String(cString: $0) }
        let before = runpath == nil ? rpath : nil
        folders = [before, environment, runpath].compactMap { $0 }.flatMap { list in
            list.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == ";" }
                .prefix(Self.maximumFolders).map { $0.isEmpty ? "." : String($0) }
        }
    }

    /// The file that a DT_NEEDED entry would load, or has loaded already; nil when there is none.
    ///
    /// `isOwn` is true for a file that only the plugin, or LD_LIBRARY_PATH, names: neither a library of the system
    /// nor one of this process.
    func file(of name: String) -> (path: String, isOwn: Bool)? {
        guard !name.contains("/") else { return Self.isLoadable(name) ? (name, true) : nil }
        if let loaded = Self.loaded(name) { return (loaded, false) }
        // $ORIGIN is the folder of the descriptor that a plugin is loaded through, where no library is.
        let own = folders.filter { !$0.contains("$") }.lazy.map { "\($0)/\(name)" }
        if let found = own.first(where: Self.isLoadable) { return (found, true) }
        if let cached = LibraryCache.shared.paths(of: name).first(where: Self.isLoadable) {
            return (cached, false)
        }
        return Self.defaultFolders.lazy.map { "\($0)/\(name)" }.first(where: Self.isLoadable).map {
            ($0, false)
        }
    }

    /// The file of that name which is part of this process.
    static func loaded(_ name: String) -> String? {
        loadedLibraries.first { $0.split(separator: "/").last == name[...] }
    }

    /// Whether the linker would take the file rather than look on: one for this kind of machine.
    private static func isLoadable(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var header = Elf64_Ehdr()
        return pread(descriptor, &header, MemoryLayout<Elf64_Ehdr>.size, 0) == MemoryLayout<Elf64_Ehdr>.size
            && ELFHeader.isForThisMachine(header)
    }

    /// The files that this process consists of; what a worker consists of is the same.
    private static let loadedLibraries: [String] = {
        var paths: [String] = []
        withUnsafeMutablePointer(to: &paths) { paths in
            devemu_each_loaded_library(
                { path, paths in
                    guard let path else { return }
                    paths?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: path))
                }, paths)
        }
        return paths
    }()
}
