// Why requests failed or took long: refused windows, the longest runs, and the nearest window.

/** Requests that are shown at once; the others are in a part that opens. */
const MOST_FAILED = 8;
const MOST_SLOW = 3;

function showAnatomies(parent, history, area) {
    if (!area.anatomies.length) {
        const count = area.requests.device.length;
        parent.append(element('p', {},
            `None of the ${counted(count, 'request')} of this area failed or was slow enough to be explained.`));
        return;
    }
    const { requests } = area;
    const failed = (anatomy) => requests.errno[anatomy.request] !== 0;
    const sorted = [...area.anatomies].sort((a, b) => failed(b) - failed(a)
        || (failed(a) ? a.request - b.request : requests.duration_ns[b.request] - requests.duration_ns[a.request]));
    const failures = requests.errno.filter((errno) => errno !== 0).length;
    const looked = sorted.filter(failed).length;
    parent.append(element('p', {}, failures === 0 ? 'No request failed; these took longest.'
        : `${grouped(failures)} of ${counted(requests.errno.length, 'request')} failed`
        + `${looked < failures ? `; the first ${grouped(looked)} of them are explained here` : ''}.`));
    const direct = Math.min(looked || MOST_SLOW, MOST_FAILED);
    const more = looked ? 'More of them, and those that took longest' : 'More that took long';
    const rest = element('details', {}, element('summary', {}, more));
    sorted.forEach((anatomy, index) => {
        const details = element('details', { class: 'anatomy' },
            element('summary', { class: failed(anatomy) ? 'bad' : null }, anatomy.said.title));
        details.addEventListener('toggle', () => {
            if (details.open && details.childElementCount === 1) fillAnatomy(details, history, area, anatomy);
        });
        details.open = index === 0;
        (index < direct ? parent : rest).append(details);
    });
    if (direct < sorted.length) parent.append(rest);
}

function fillAnatomy(parent, history, area, anatomy) {
    const state = new AreaState(area);
    const { requests } = area;
    state.goTo(frameAt(area, requests.begin_ns[anatomy.request]));
    parent.append(...anatomy.said.sentences.map((text) => element('p', {}, text)));
    addFigure(parent, {
        caption: 'The whole area at the request, with short lines for pinned pages; above it the windows that were '
            + 'refused.',
        draw: (width) => drawRefusals(width, history, area, anatomy, state),
    });
    addFigure(parent, {
        caption: 'The size of the request and the longest runs right after it, to scale.',
        draw: (width) => drawRuns(width, area, anatomy),
    });
    if (anatomy.nearest !== null && anatomy.nearest !== undefined && anatomy.blockers.length) {
        addFigure(parent, {
            caption: 'The nearest window, and the pages in its way.',
            draw: (width) => drawNearest(width, history, area, anatomy),
        });
        parent.append(tableBeneath(['first page', '#pages', 'what'], () => anatomy.blockers.map((blocker, index) => [
            pfnOf(area, blocker.page), grouped(blocker.pages), blockerOwner(anatomy, index),
        ]), 'In the way, as a table'));
    }
    if (anatomy.refusals.length) {
        parent.append(tableBeneath(['first window', '#step', '#windows', 'page that refused', 'because it was'],
            () => anatomy.refusals.map((refusal) => [
                pfnOf(area, refusal.first), grouped(refusal.step), grouped(refusal.windows),
                pfnOf(area, refusal.page), obstacleName(refusal.obstacle),
            ]), 'Refused windows, as a table'));
    }
}

/** What pages in the way are, as the sentences call them. */
function blockerOwner({ said }, index) {
    return said.owners[said.blockers[index]];
}

function blockerText(area, anatomy, index) {
    const blocker = anatomy.blockers[index];
    return `${blocker.pages} ${blockerOwner(anatomy, index)} at pfn ${pfnOf(area, blocker.page)}`;
}

/** Refused windows by obstacle, as pairs; those of none are left out. */
function refusedWindows(anatomy) {
    return words.obstacles.map(({ obstacle }) => [obstacle, anatomy.refusals
        .filter((refusal) => refusal.obstacle === obstacle)
        .reduce((sum, refusal) => sum + refusal.windows, 0)]).filter(([, windows]) => windows > 0);
}

const LANE = 15;

function drawRefusals(width, history, area, anatomy, state) {
    const lanes = refusedWindows(anatomy);
    const plot = new Plot(width, lanes.length * LANE + 62, { left: Math.min(150, width * 0.3), bottom: 30 });
    const scale = linearScale(0, area.pages, plot.left, plot.right);
    lanes.forEach(([obstacle, windows], lane) => {
        const y = plot.top + lane * LANE;
        plot.text(plot.left - 6, y + 10, `${grouped(windows)} ${shortened(obstacleName(obstacle), plot.left - 40)}`,
            { 'text-anchor': 'end', class: 'quiet' });
        let path = '';
        for (const refusal of anatomy.refusals) {
            if (refusal.obstacle !== obstacle) continue;
            for (let window = 0; window < Math.min(refusal.windows, width); window += 1) {
                path += `M${scale(refusal.first + window * refusal.step).toFixed(1)},${y + 1}v${LANE - 4}`;
            }
        }
        const index = words.obstacles.findIndex((one) => one.obstacle === obstacle) % OWNER_COLOURS;
        plot.add('path', { d: path, style: `stroke: var(--owner-${index}); stroke-width: 1.2` });
    });
    drawStrip(plot, state, history, scale, plot.bottom - 20);
    const last = area.base_pfn + area.pages;
    plot.text(plot.left, plot.bottom + 14, pfn(area.base_pfn), { class: 'quiet' });
    plot.text(plot.right, plot.bottom + 14, pfn(last), { 'text-anchor': 'end', class: 'quiet' });
    if (anatomy.nearest !== null && anatomy.nearest !== undefined) {
        const x = scale(anatomy.nearest);
        const wide = Math.max(2, scale(anatomy.nearest + area.requests.pages[anatomy.request]) - x);
        plot.rect(x, plot.bottom - 23, wide, 26, 'fill: none; stroke: var(--ink); stroke-width: 1.5');
        const isGot = area.requests.errno[anatomy.request] === 0;
        plot.beside(x + wide / 2, plot.bottom + 27, -wide / 2, isGot ? 'what it got' : 'nearest window');
    }
    return plot.svg;
}

/** The area as a strip of buckets three pixels wide, each in the look of most of its pages. */
function drawStrip(plot, state, history, scale, y) {
    const looks = new Map();
    const buckets = Math.max(1, Math.floor((plot.right - plot.left) / 3));
    const perBucket = Math.max(1, Math.ceil(state.pages.length / buckets));
    const counts = new Int32Array(codeCount(state.area, history.devices));
    let first = 0, code = -1, pins = '';
    const flush = (end) => {
        if (code < 0) return;
        if (!looks.has(code)) looks.set(code, svgLook(plot.svg, code));
        plot.rect(scale(first), y, scale(end) - scale(first), 20, `fill: ${looks.get(code)}`);
    };
    for (let page = 0; page < state.pages.length; page += perBucket) {
        const next = cellCode(state.pages, page, perBucket, counts);
        if (counts.hasPins && next !== PINNED) pins += `M${scale(page + perBucket / 2).toFixed(1)},${y + 15}v5`;
        if (next !== code) {
            flush(page);
            [first, code] = [page, next];
        }
    }
    flush(state.pages.length);
    plot.add('path', { d: pins, style: 'stroke: var(--pinned-mark)' });
    plot.rect(plot.left, y, plot.right - plot.left, 20, 'fill: none; stroke: var(--line)');
}

function drawRuns(width, area, anatomy) {
    const bars = [
        ['asked for', area.requests.pages[anatomy.request], 0], ['longest usable run', anatomy.largest_usable_run, 2],
        ['longest free run', anatomy.largest_free_run, 5],
    ];
    const plot = new Plot(width, bars.length * 20 + 8, { left: Math.min(130, width * 0.38), bottom: 0, right: 150 });
    const scale = linearScale(0, Math.max(...bars.map(([, pages]) => pages), 1), plot.left, plot.right);
    bars.forEach(([name, pages, index], row) => {
        const y = plot.top + row * 20;
        plot.text(plot.left - 6, y + 11, name, { 'text-anchor': 'end', class: 'quiet' });
        plot.rect(plot.left, y, Math.max(1, scale(pages) - plot.left), 14, `fill: var(--owner-${index})`);
        plot.text(scale(pages) + 6, y + 11, `${grouped(pages)} pages, ${sizeOf(pages)}`);
    });
    const asked = scale(bars[0][1]);
    plot.line(asked, plot.top - 4, asked, plot.top + 58, 'asked');
    return plot.svg;
}

function drawNearest(width, history, area, anatomy) {
    const pages = area.requests.pages[anatomy.request];
    const named = anatomy.blockers.slice(0, 8);
    const plot = new Plot(width, 46 + named.length * 15, { left: 8, right: 8, bottom: 0 });
    const scale = linearScale(anatomy.nearest, anatomy.nearest + pages, plot.left, plot.right);
    plot.rect(plot.left, 8, plot.right - plot.left, 22, 'fill: var(--movable); stroke: var(--quiet)');
    for (const blocker of anatomy.blockers) {
        const code = blocker.obstacle === 'held' && Number.isInteger(blocker.device) ? FIRST_DEVICE + blocker.device
            : blocker.obstacle === 'held' ? STOCKED : PINNED;
        const x = scale(Math.max(blocker.page, anatomy.nearest));
        const end = scale(Math.min(blocker.page + blocker.pages, anatomy.nearest + pages));
        plot.rect(x, 8, Math.max(3, end - x), 22, `fill: ${svgLook(plot.svg, code)}; stroke: var(--ink); stroke-width: 0.6`);
    }
    named.forEach((blocker, row) => {
        const x = scale(blocker.page + blocker.pages / 2);
        const y = 44 + (named.length - row) * 15;
        const isLeft = x > width / 2;
        plot.add('path', { d: `M${x},30V${y - 4}h${isLeft ? -6 : 6}`, class: 'pointer' });
        plot.beside(x, y, 9, shortened(blockerText(area, anatomy, row), isLeft ? x : plot.right - x));
    });
    return plot.svg;
}
