// An area over time, frame by frame: its pages by kind, and what could be allocated of them.

/** Chunks are counted up to this order, as buddy lists have them. */
const ORDERS = 11;
/** Pages of a segment: a multiple of the largest chunk, so that no chunk lies in two of them. */
const SEGMENT = 4096;

/** Usable runs and chunks of an area; only segments that changed are counted again. */
class UsablePages {
    constructor(pages) {
        this.pages = pages;
        this.segments = new Array(Math.ceil(pages.length / SEGMENT)).fill(null);
        this.chunks = new Array(ORDERS).fill(0);
    }

    changed(first, end) {
        const last = Math.min(this.segments.length - 1, Math.floor((end - 1) / SEGMENT));
        for (let index = Math.floor(first / SEGMENT); index <= last; index += 1) {
            const segment = this.segments[index];
            if (segment) this.chunks.forEach((_, order) => { this.chunks[order] -= segment.chunks[order]; });
            this.segments[index] = null;
        }
    }

    /** A segment's chunks by order, its longest run, and those at its two ends. */
    look(index) {
        const begin = index * SEGMENT;
        const end = Math.min(begin + SEGMENT, this.pages.length);
        const segment = { chunks: new Array(ORDERS).fill(0), longest: 0, head: 0, tail: 0, pages: end - begin };
        let first = -1;
        for (let page = begin; page <= end; page += 1) {
            if (page < end && this.pages[page] <= MOVABLE) {
                if (first < 0) first = page;
            } else if (first >= 0) {
                segment.longest = Math.max(segment.longest, page - first);
                if (first === begin) segment.head = page - first;
                if (page === end) segment.tail = page - first;
                for (let order = 0; order < ORDERS; order += 1) {
                    segment.chunks[order] += Math.max(0, (page >> order) - ((first + (1 << order) - 1) >> order));
                }
                first = -1;
            }
        }
        return segment;
    }

    /** The longest run of all, after segments that changed have been counted again. */
    longest() {
        let longest = 0, run = 0;
        for (let index = 0; index < this.segments.length; index += 1) {
            let segment = this.segments[index];
            if (!segment) {
                segment = this.look(index);
                this.segments[index] = segment;
                for (let order = 0; order < ORDERS; order += 1) this.chunks[order] += segment.chunks[order];
            }
            longest = Math.max(longest, segment.longest, run + segment.head);
            run = segment.tail === segment.pages ? run + segment.pages : segment.tail;
        }
        return Math.max(longest, run);
    }
}

const timelines = new WeakMap();

/**
 * The start and every frame: `times`, `counts` of pages by code, and samples like those that a record has.
 * Made once for an area.
 */
function timelineOf(area, devices) {
    if (!timelines.has(area)) timelines.set(area, makeTimeline(area, codeCount(area, devices)));
    return timelines.get(area);
}

function makeTimeline(area, codes) {
    const state = new AreaState(area);
    const { pages } = state;
    const usable = new UsablePages(pages);
    const counts = state.counts(codes);
    const timeline = { times: [], counts: [], series: [] };
    const note = (time) => {
        const longest = usable.longest();
        timeline.times.push(time);
        timeline.counts.push([...counts]);
        timeline.series.push({
            t_ns: time, free_pages: counts[FREE], held_pages: sumOf(counts.slice(STOCKED)), largest_run_pages: longest,
            usable_chunks: [...usable.chunks],
        });
    };
    note(0);
    for (const { t_ns: time, changes } of area.frames) {
        for (let index = 0; index + 2 < changes.length; index += 3) {
            const first = changes[index], end = first + changes[index + 1];
            for (let page = first; page < end; page += 1) counts[pages[page]] -= 1;
            counts[changes[index + 2]] += end - first;
            pages.fill(changes[index + 2], first, end);
            usable.changed(first, end);
        }
        note(time);
    }
    return timeline;
}

function sumOf(values) {
    return values.reduce((sum, value) => sum + value, 0);
}

/** The frame in which devices hold the most: the last of them, which shows the most. */
function frameOfMost(area, devices) {
    let most = 0, best = 0;
    timelineOf(area, devices).counts.forEach((counts, frame) => {
        const held = sumOf(counts.slice(FIRST_DEVICE));
        if (held >= most) [most, best] = [held, frame];
    });
    return best;
}
