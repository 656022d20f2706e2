internal import CLibELF
internal import Glibc
import TextSupport

/// A library that has to be loaded before the plugin, as it is found on this host.
public struct NeededLibrary: Equatable, Sendable {
    /// As the plugin names it, for example `libc.so.6`. Corresponds to DT_NEEDED.
    public let name: String
    /// The file that the dynamic linker takes.
    public let path: String
    /// Whether only the plugin, or LD_LIBRARY_PATH, says where it is: it is not a library of the system, nor one that
    /// this process has loaded. Corresponds to DT_RUNPATH and DT_RPATH.
    public let isOwn: Bool
    /// The versions of its symbols that the plugin is linked to, in order. Corresponds to DT_VERNEED.
    public let versions: [String]

    package init(name: String, path: String, isOwn: Bool = false, versions: [String]) {
        self.name = name
        self.path = path
        self.isOwn = isOwn
        self.versions = versions
    }

    /// Of `versions` the highest of each kind, so that `GLIBC_2.14` stands for `GLIBC_2.2.5` too.
    public var newestVersions: [String] {
        versions.filter { version in
            let kind = Self.kind(of: version)
            return !versions.contains {
                Self.kind(of: $0) == kind
                    && Self.numbers(version.dropFirst(kind.count)).lexicographicallyPrecedes(
                        Self.numbers($0.dropFirst(kind.count)))
            }
        }
    }
}

extension NeededLibrary {
    /// More libraries than any plugin needs; bounds the work on a hostile file.
    private static let maximumLibraries = 256

    /// Finds every library of a plugin, and every version in it, as `dlopen()` will.
    ///
    /// Throws `libraryMissing` or `versionMissing` with all that are.
    static func all(
        of image: ELFImage, _ segments: ELFSegments, _ dynamic: ELFDynamicTable
    ) throws(InspectionError) -> [NeededLibrary] {
        var names: [String] = []
        for name in dynamic.neededLibraries where !names.contains(name) { names.append(name) }
        guard names.count <= maximumLibraries else {
            throw InspectionError(
                .malformed, subject: "the dynamic table", found: "needs \(names.count) libraries")
        }
        let requirements = try ELFVersions.required(by: image, segments, dynamic)
        // The dynamic linker ends the process over versions of a library that is not loaded.
        for requirement in requirements where !names.contains(requirement.library) {
            guard LibrarySearch.loaded(requirement.library) == nil else { continue }
            throw InspectionError(
                .malformed, subject: "the table of symbol versions",
                found: "is about \(printable(requirement.library)), which is not needed")
        }
        func text(_ tag: Int32) -> String? { dynamic[tag].flatMap { dynamic.name($0, image) } }
        let search = LibrarySearch(rpath: text(DT_RPATH), runpath: text(DT_RUNPATH))
        var libraries: [NeededLibrary] = []
        var missing: [String] = []
        var faults: [String] = []
        for name in names {
            guard let (path, isOwn) = search.file(of: name) else {
                missing.append(printable(name))
                continue
            }
            let own = requirements.filter { $0.library == name }
            if !own.isEmpty { faults += missingVersions(own, in: versions(definedBy: path), of: name) }
            libraries.append(
                NeededLibrary(name: name, path: path, isOwn: isOwn, versions: own.map(\.version)))
        }
        guard missing.isEmpty else {
            throw InspectionError(.libraryMissing, subject: missing.joined(separator: " and "))
        }
        guard faults.isEmpty else {
            throw InspectionError(.versionMissing, subject: faults.joined(separator: ", and "))
        }
        return libraries
    }

    /// What a library defines; nil when it has no versions or cannot be judged, which is left to the
    /// dynamic linker.
    private static func versions(definedBy path: String) -> [String]? {
        guard let descriptor = try? FileCopy.open(path) else { return nil }
        defer { close(descriptor) }
        do {
            let image = ELFImage(adopting: try FileCopy.bytes(of: descriptor))
            try ELFHeader.check(image)
            let segments = try ELFSegments(of: image)
            return try ELFVersions.defined(by: image, segments, try ELFDynamicTable(of: image, segments))
        } catch {
            return nil
        }
    }

    /// Each version that a library does not define, with the newest of its kind that it does.
    private static func missingVersions(
        _ wanted: [ELFVersions.Requirement], in defined: [String]?, of library: String
    ) -> [String] {
        guard let defined else { return [] }
        return wanted.filter { !$0.isWeak && !defined.contains($0.version) }.map { requirement in
            let kind = kind(of: requirement.version)
            let wanted = "\(printable(requirement.version)) of \(printable(library))"
            let newest = defined.filter { $0.hasPrefix(kind) }.map { $0.dropFirst(kind.count) }
                .filter { $0.first?.isNumber == true }.max {
                    numbers($0).lexicographicallyPrecedes(numbers($1))
                }
            guard let newest else { return "\(wanted), which has none of that kind here" }
            return "\(wanted), this host has \(newest)"
        }
    }

    /// A name as it may stand in a line; in quotes when it is not one that a linker would write.
    private static func printable(_ name: String) -> String {
        name.utf8.count > 64 || name.unicodeScalars.contains(where: isUnprintable) ? quoted(name) : name
    }

    /// A version's name up to its last underscore; all of it when there is none.
    private static func kind(of version: String) -> Substring {
        version.lastIndex(of: "_").map { version[...$0] } ?? version[...]
    }

    private static func numbers(_ version: Substring) -> [Int] {
        version.split(separator: ".").map { Int($0) ?? 0 }
    }
}
