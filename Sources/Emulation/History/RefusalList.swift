import Measurement
import PhysicalMemory

/// The windows that one request was refused, those that the same page refused in one entry.
struct RefusalList {
    private(set) var list = RequestAnatomy.Refusals()
    /// All of them, and the first page of the last.
    private(set) var windows = 0
    private var lastWindow: Int?
    /// Whether the last window is in the last entry, and not among those left out.
    private var isLastListed = false

    /// - Parameter refusal: the page that most likely did it; nil when nothing was seen any more.
    mutating func add(
        window: Range<Int>, by refusal: (page: Int, obstacle: ContiguousArea.PageObstacle)?
    ) {
        let first = window.lowerBound
        let page = refusal?.page ?? first
        let obstacle = refusal.map { RequestAnatomy.Obstacle($0.obstacle) } ?? .passed
        defer {
            windows += 1
            lastWindow = first
        }
        let code = RequestAnatomy.Obstacle.allCases.firstIndex(of: obstacle) ?? 0
        let last = list.count - 1
        if isLastListed, last >= 0, let lastWindow, list.page[last] == page, list.obstacle[last] == code,
            first > lastWindow, list.windows[last] == 1 || list.step[last] == first - lastWindow
        {
            list.step[last] = first - lastWindow
            list.windows[last] += 1
            return
        }
        isLastListed = list.count < RequestAnatomy.refusalLimit
        guard isLastListed else { return }
        list.first.append(first)
        list.step.append(0)
        list.windows.append(1)
        list.page.append(page)
        list.obstacle.append(code)
    }
}

extension RequestAnatomy.Obstacle {
    init(_ obstacle: ContiguousArea.PageObstacle) {
        switch obstacle {
        case .held: self = .held
        case .kernel: self = .kernel
        case .seen(.perCPU): self = .perCPU
        case .seen(.batched): self = .batched
        case .seen(.locked): self = .locked
        case .seen(.writeback): self = .writeback
        case .seen(.pinned): self = .pinned
        }
    }
}
