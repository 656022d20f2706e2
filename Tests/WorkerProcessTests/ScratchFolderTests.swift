import Foundation
import Testing

@testable import WorkerProcess

struct ScratchFolderTests {
    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test func aFolderGoesWithWhatIsInIt() throws {
        var folder: ScratchFolder? = try ScratchFolder()
        let path = try #require(folder?.path)
        #expect(mkdir(path + "/closed", 0o300) == 0)
        #expect(mkdir(path + "/closed/in", 0o700) == 0)
        #expect(symlink("/etc", path + "/link") == 0)
        #expect(chmod(path + "/closed", 0) == 0)
        folder = nil
        #expect(!Self.exists(path))
        #expect(Self.exists("/etc"))
    }

    @Test func noDepthKeepsAFolder() throws {
        var folder: ScratchFolder? = try ScratchFolder()
        let path = try #require(folder?.path)
        var place = open(path, O_RDONLY | O_DIRECTORY)
        let name = String(repeating: "d", count: 200)
        for _ in 0..<300 {
            #expect(mkdirat(place, name, 0o700) == 0)
            close(openat(place, "file", O_CREAT | O_WRONLY, 0o600))
            let below = openat(place, name, O_RDONLY | O_DIRECTORY)
            close(place)
            place = below
        }
        close(place)
        folder = nil
        #expect(!Self.exists(path))
    }

    @Test func whatIsTooMuchIsFound() throws {
        let folder = try ScratchFolder()
        #expect(folder.excess == nil)
        for number in 0...ScratchFolder.entryLimit {
            close(open("\(folder.path)/\(number)", O_CREAT | O_WRONLY, 0o600))
        }
        #expect(folder.excess == "more than 10000 files")
    }

    @Test func foldersOfDeadProcessesAreClearedAndThoseOfLivingOnesAreNot() throws {
        let place = try ScratchFolder()
        func make(_ name: String) throws -> String {
            let path = "\(place.path)/\(name)"
            try #require(mkdir(path, 0o700) == 0)
            close(open(path + "/file", O_CREAT | O_WRONLY, 0o600))
            return path
        }
        let left = try make("devemu-worker-aB3dEf")
        let living = try make("devemu-worker-bbbbbb")
        let foreign = try make("devemu-worker-bb.bbb")
        let other = try make("devemu-e2e-abcdef")
        let lock = open(living, O_RDONLY | O_DIRECTORY)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)
        ScratchFolder.clearAbandoned(below: place.path)
        #expect(!Self.exists(left))
        #expect([living, foreign, other].allSatisfy(Self.exists))
    }

    @Test func aLinkWithTheNameOfAFolderIsLeftAlone() throws {
        let place = try ScratchFolder()
        let outside = try ScratchFolder()
        close(open(outside.path + "/file", O_CREAT | O_WRONLY, 0o600))
        #expect(symlink(outside.path, place.path + "/devemu-worker-cccccc") == 0)
        ScratchFolder.clearAbandoned(below: place.path)
        #expect(Self.exists(outside.path + "/file"))
    }
}
