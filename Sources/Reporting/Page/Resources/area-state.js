// What the pages of an area are at a moment of its history.

/** The largest area that this page draws: 256 GiB. */
const MOST_PAGES = 2 ** 26;

class AreaState {
    constructor(area) {
        this.area = area;
        this.pages = new Uint16Array(Math.min(area.pages, MOST_PAGES));
        this.rewind();
    }

    rewind() {
        let page = 0;
        const { start } = this.area;
        for (let index = 0; index + 1 < start.length; index += 2) {
            this.pages.fill(start[index + 1], page, page + start[index]);
            page += start[index];
        }
        this.frame = 0;
    }

    /** Frame 0 is the start, n the n-th change. Going back replays from the start, which is fast enough. */
    goTo(frame) {
        if (frame < this.frame) this.rewind();
        while (this.frame < frame) {
            const { changes } = this.area.frames[this.frame];
            for (let index = 0; index + 2 < changes.length; index += 3) {
                this.pages.fill(changes[index + 2], changes[index], changes[index] + changes[index + 1]);
            }
            this.frame += 1;
        }
    }

    /** The clock of the frame, ns. */
    get time() { return this.frame === 0 ? 0 : this.area.frames[this.frame - 1].t_ns; }

    /** Pages by code. */
    counts(codes) {
        const counts = new Array(codes).fill(0);
        for (let page = 0; page < this.pages.length; page += 1) counts[this.pages[page]] += 1;
        return counts;
    }
}

/** The last frame that is not after a moment. */
function frameAt(area, nanoseconds) {
    let low = 0, high = area.frames.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (area.frames[middle].t_ns <= nanoseconds) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The largest code of an area, plus one. */
function codeCount(area, devices) {
    let most = FIRST_DEVICE + devices.length - 1;
    for (let index = 1; index < area.start.length; index += 2) most = Math.max(most, area.start[index]);
    for (const { changes } of area.frames) {
        for (let index = 2; index < changes.length; index += 3) most = Math.max(most, changes[index]);
    }
    return most + 1;
}
