/// Why a file is not a plugin that this host can load.
public struct InspectionError: Error, Equatable, Sendable {
    /// The raw values are stable; reports may store them.
    public enum Code: String, CaseIterable, Sendable {
        // The file.
        case cannotOpen, notRegularFile, empty, tooLarge, cannotRead
        // The ELF file.
        case notELF, truncated, wrongClass, wrongByteOrder, wrongMachine, notSharedObject, malformed
        // The note.
        case noNote, severalNotes, malformedManifest, foreignABI
        // The functions that the note promises.
        case entryMissing, entryUndefined, entryNotFunction, entryNotVisible
        // What the plugin is linked to.
        case libraryMissing, versionMissing
    }

    public let code: Code
    /// The path or name the file was given by.
    public let name: String
    /// The part of the file the error is about: a segment, a table, an entry's symbol.
    public let subject: String
    /// What is there.
    public let found: String
    /// What would have to be there.
    public let expected: String
    /// The cause of `malformedManifest`.
    public let manifest: ManifestError?

    init(
        _ code: Code, in name: String = "", subject: String = "", found: String = "",
        expected: String = "", manifest: ManifestError? = nil
    ) {
        self.code = code
        self.name = name
        self.subject = subject
        self.found = found
        self.expected = expected
        self.manifest = manifest
    }

    /// The same error with the file's name; the readers of single tables do not know it.
    func named(_ name: String) -> InspectionError {
        InspectionError(
            code, in: name, subject: subject, found: found, expected: expected, manifest: manifest)
    }
}

extension InspectionError: CustomStringConvertible {
    /// One line: the file, what is wrong and what would be right.
    public var description: String { "\(name): \(reason)" }

    /// The same without the file.
    public var reason: String {
        switch code {
        case .cannotOpen: "cannot be opened: \(found)"
        case .notRegularFile: "is not a regular file; give the path of a shared object"
        case .empty: "is empty; build or copy the file again"
        case .tooLarge: "has \(found) bytes; plugins have at most \(expected)"
        case .cannotRead: "cannot be read: \(found)"
        case .notELF: "is not an ELF file; give the path of a shared object"
        case .truncated:
            "\(subject) ends at byte \(expected) but the file has \(found); copy the file again"
        case .wrongClass: "is not a 64-bit ELF file; build the plugin for a 64-bit machine"
        case .wrongByteOrder: "is not a little-endian ELF file; build the plugin for \(expected)"
        case .wrongMachine:
            "is built for \(found), this host is \(expected); build the plugin for \(expected)"
        case .notSharedObject: "is \(found), not a shared object; link it with -shared"
        case .malformed: "\(subject) \(found); link the plugin again"
        case .noNote: "was built without DEVEMU_PLUGIN_NOTE; include devemu/plugin.h and describe the plugin"
        case .severalNotes:
            "has \(found) notes of DEVEMU; keep one DEVEMU_PLUGIN_NOTE in all of its source files"
        case .malformedManifest: manifest?.description ?? ""
        case .foreignABI:
            "needs a host of ABI \(found), this host has \(expected); build the plugin against the "
                + "devemu/plugin.h of this host"
        case .entryMissing:
            "promises \(subject) but does not export it; mark the function DEVEMU_EXPORT or correct the note"
        case .entryUndefined:
            "promises \(subject) but only imports it; link the object file that defines the function"
        case .entryNotFunction: "promises \(subject), which is \(found), not a function; correct the note"
        case .entryNotVisible:
            "promises \(subject), whose visibility is \(found); mark the function DEVEMU_EXPORT"
        case .libraryMissing:
            "needs \(subject), which the dynamic linker does not find; install it, or name its folder in "
                + "LD_LIBRARY_PATH"
        case .versionMissing:
            "needs \(subject); build the plugin on a system that is no newer than this one"
        }
    }
}
