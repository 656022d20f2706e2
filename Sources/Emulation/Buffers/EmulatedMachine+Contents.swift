import Measurement

/// The bytes of buffers, on machines whose pages have some.
extension EmulatedMachine {
    /// A device writes a new frame into a buffer's first pages. False, and a damaged frame, when the
    /// pages are not the buffer's any more: then nothing is written.
    @discardableResult
    func writeFrame(to index: Int, ofSet set: Int, pages: Int) -> Bool {
        framesWritten += 1
        guard !sets[set].buffers[index].isReleased else {
            countAsDamaged(index, ofSet: set)
            return false
        }
        guard let contents = audit?.contents else { return true }
        let pattern = FramePattern(frame: framesWritten, buffer: UInt64(sets[set].buffers[index].number))
        for (page, frame) in frames(of: sets[set].buffers[index], pages).enumerated() {
            pattern.write(page: page, into: contents[frame])
        }
        sets[set].buffers[index].contents = .frame(pattern, pages: pages)
        sets[set].buffers[index].isTouchedByCPU = sets[set].buffers[index].mapping != nil
        return true
    }

    /// The driver hands a buffer over to the device.
    func hand(_ index: Int, ofSet set: Int, to holder: DeviceBuffer.Holder) {
        sets[set].buffers[index].holder = holder
        sets[set].buffers[index].isCountedAsDamaged = false
    }

    /// What is in a buffer that the device will read is what shall be read: a frame that a device wrote
    /// is known, whatever else it is has a checksum.
    func prepareForReading(_ index: Int, ofSet set: Int, pages: Int) {
        guard let contents = audit?.contents else { return }
        let buffer = sets[set].buffers[index]
        if case .frame = buffer.contents, !buffer.isTouchedByCPU { return }
        sets[set].buffers[index].contents = .checksum(
            checksum(of: buffer, pages: pages, contents), pages: pages)
    }

    private func checksum(
        of buffer: DeviceBuffer, pages: Int, _ contents: PageContents
    ) -> ContentsChecksum {
        var checksum = ContentsChecksum()
        for frame in frames(of: buffer, pages) { checksum.add(UnsafeRawBufferPointer(contents[frame])) }
        return checksum
    }

    /// A buffer's first pages as frames, by which contents are kept.
    private func frames(of buffer: DeviceBuffer, _ pages: Int) -> [Int] {
        buffer.firstPages(pages).map { $0 - configuration.firstPFN }
    }

    /// Checks that a buffer holds what it should. False, and a damaged frame, when it does not, or its
    /// pages are not its own any more; `damage` is what the record then says of it.
    @discardableResult
    func verify(_ index: Int, ofSet set: Int, _ damage: String) -> Bool {
        let buffer = sets[set].buffers[index]
        guard !buffer.isReleased else {
            countAsDamaged(index, ofSet: set)
            return false
        }
        guard let contents = audit?.contents else { return true }
        var place = ""
        switch buffer.contents {
        case .unknown: return true
        case .frame(let pattern, let pages):
            let damaged = frames(of: buffer, pages).enumerated().first { page, frame in
                !pattern.isIntact(page: page, in: UnsafeRawBufferPointer(contents[frame]))
            }
            guard let damaged else { return true }
            place = "frame \(pattern.frame), page \(damaged.offset), "
        case .checksum(let checksum, let pages):
            guard self.checksum(of: buffer, pages: pages, contents) != checksum else { return true }
        }
        if countAsDamaged(index, ofSet: set) {
            violate("\(name(ofBuffer: index, inSet: set)): \(place)\(damage)", set: set)
        }
        return false
    }

    /// Counts a damaged frame, once. False when it was counted before.
    @discardableResult
    private func countAsDamaged(_ index: Int, ofSet set: Int) -> Bool {
        guard !sets[set].buffers[index].isCountedAsDamaged else { return false }
        sets[set].buffers[index].isCountedAsDamaged = true
        devices[sets[set].device].record.framesDamaged += 1
        return true
    }

    /// A buffer as one contiguous stretch of bytes for the CPU, which may read and write it. It lasts
    /// until it is unmapped, the buffer is taken out of its set or the machine ends; mapped twice it is
    /// the same. Nil on a machine whose pages have no bytes, and for a buffer that cannot be used.
    public func mapBuffer(_ index: Int, ofSet set: Int) -> UnsafeMutableRawBufferPointer? {
        guard let contents = audit?.contents, (try? checkUsable(index, ofSet: set)) != nil else { return nil }
        if sets[set].buffers[index].mapping == nil {
            sets[set].buffers[index].mapping = BufferMapping(
                of: sets[set].buffers[index].segments.map {
                    $0.lowerBound - configuration.firstPFN..<$0.upperBound - configuration.firstPFN
                }, in: contents)
            sets[set].buffers[index].isTouchedByCPU = true
        }
        return sets[set].buffers[index].mapping?.bytes
    }

    /// Ends the CPU's view of a buffer, if there is one.
    public func unmapBuffer(_ index: Int, ofSet set: Int) {
        guard sets[set].buffers.indices.contains(index) else { return }
        sets[set].buffers[index].mapping = nil
    }
}
