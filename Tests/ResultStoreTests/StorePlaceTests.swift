import Foundation
import Measurement
import Sweeps
import Testing

@testable import ResultStore

/// What becomes of a store's file while it is open, and of one that was made for nothing.
@Suite struct StorePlaceTests {
    private let stores: SampleStores

    init() throws { stores = try SampleStores() }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: stores.folder).sorted() }
    }

    @Test func `a store that gets no plan leaves no file`() throws {
        do { _ = try ResultStore(opening: stores.path("a.db")) }
        #expect(try names.isEmpty)
        try Data().write(to: URL(fileURLWithPath: stores.path("empty.db")))
        do { _ = try ResultStore(opening: stores.path("empty.db")) }
        #expect(try names == ["empty.db"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: stores.path("empty.db"))).isEmpty)
        try stores.make("kept.db", runs: [])
        do { _ = try ResultStore(opening: stores.path("kept.db")) }
        #expect(try names == ["empty.db", "kept.db"])
    }

    @Test(arguments: [false, true])
    func `a store that is deleted or replaced meanwhile is an error that says what is lost`(isReplaced: Bool)
        throws
    {
        let path = try stores.make("a.db", runs: [1])
        let other = try stores.make("b.db", runs: [2])
        let content = try Data(contentsOf: URL(fileURLWithPath: other))
        do {
            let store = try ResultStore(opening: path)
            let plan = try store.add(SampleStores.plan())
            func record(_ number: Int) throws {
                try store.record(
                    SampleStores.record(number), of: SampleStores.run(number), in: plan, exit: 0,
                    by: SampleStores.provenance("w"))
            }
            try record(3)
            try store.checkPlace()
            if isReplaced { #expect(rename(other, path) == 0) } else { #expect(unlink(path) == 0) }
            for body in [{ try record(4) }, { try store.checkPlace() }, { try store.checkIntegrity() }] {
                let error = #expect(throws: StoreError.self) { try body() }
                #expect(error?.code == .inputOutput)
                #expect(
                    error?.description.hasPrefix(
                        "\(path): the file was deleted or replaced while it was written to; 1 run that was recorded"
                    )
                        == true)
            }
        }
        // What has the name now is not touched.
        if isReplaced {
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        } else {
            #expect(access(path, F_OK) != 0)
        }
        #expect(try !names.contains { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") })
    }

    @Test func `what is not a regular file is no store`() throws {
        #expect(mkfifo(stores.path("fifo"), 0o600) == 0)
        for path in [stores.path("fifo"), stores.folder, "/dev/zero"] {
            let error = #expect(throws: StoreError.self) { _ = try ResultStore(opening: path) }
            #expect(error?.code == .notAStore)
            #expect(error?.description == "\(path): is not a regular file, and a store is one")
        }
    }

    @Test func `a lock that this process has on a file is not somebody else's`() throws {
        let path = try stores.make("a.db", runs: [1])
        let store = try ResultStore(opening: path)
        _ = try store.add(SampleStores.plan())
        #expect(IndexLocks.holder(of: path) == nil)
        #expect(!IndexLocks.killOwnWorkers(locking: path))
    }
}
