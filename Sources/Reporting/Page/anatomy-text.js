// Why a request failed or took long, in words.

const OBSTACLES = ['pinned', 'kernel', 'held', 'locked', 'writeback', 'per_cpu', 'batched', 'passed'];

/** What an obstacle is called in a sentence. */
function obstacleName(obstacle) {
    const names = {
        per_cpu: 'on a per-CPU list', batched: 'in an LRU batch', writeback: 'under writeback',
        kernel: 'the kernel\u2019s own', passed: 'gone by the time of the look',
    };
    return names[obstacle] || obstacle;
}

/** Pages that refuse windows, in a sentence. */
function refusingPages(obstacle) {
    const names = {
        per_cpu: 'pages on per-CPU lists', batched: 'pages in LRU batches', locked: 'locked pages',
        writeback: 'pages under writeback', pinned: 'pinned pages', kernel: 'pages of the kernel',
        held: 'pages that are held', passed: 'pages that no longer were in the way at the look afterwards',
    };
    return names[obstacle];
}

function blockerOwner(history, blocker) {
    if (blocker.obstacle !== 'held') return obstacleName(blocker.obstacle);
    if (blocker.device === null || blocker.device === undefined) return 'held by no device';
    const part = blocker.set ? `, buffer ${blocker.buffer} of set ${blocker.set}` : '';
    return `held by ${requester(history, blocker.device)}${part}`;
}

function blockerText(history, area, blocker) {
    return `${blocker.pages} ${blockerOwner(history, blocker)} at pfn ${pfnOf(area, blocker.page)}`;
}

const NAMED_PLACES = 3;
const NAMED_OWNERS = 4;

/** Pages in the way, those of one owner together: `2 pinned at pfn 0x20010 and 0x20025`. */
function blockerTexts(history, area, blockers) {
    const owners = new Map();
    for (const blocker of blockers) {
        const owner = blockerOwner(history, blocker);
        if (!owners.has(owner)) owners.set(owner, { pages: 0, places: [] });
        owners.get(owner).pages += blocker.pages;
        owners.get(owner).places.push(pfnOf(area, blocker.page));
    }
    return [...owners].map(([owner, { pages, places }]) => {
        const named = places.slice(0, NAMED_PLACES);
        if (places.length > NAMED_PLACES) named.push(`${places.length - NAMED_PLACES} more places`);
        return `${grouped(pages)} ${owner} at pfn ${listed(named)}`;
    });
}

/** Refused windows by obstacle, as pairs; those of none are left out. */
function refusedWindows(anatomy) {
    return OBSTACLES.map((obstacle) => [obstacle, anatomy.refusals
        .filter((refusal) => refusal.obstacle === obstacle)
        .reduce((sum, refusal) => sum + refusal.windows, 0)]).filter(([, windows]) => windows > 0);
}

function anatomyTitle(history, area, anatomy) {
    const { requests } = area;
    const { request } = anatomy;
    const owner = requester(history, requests.device[request]);
    const what = `request ${request + 1}: ${counted(requests.pages[request], 'page')} for ${owner}`;
    const errno = requests.errno[request];
    return errno === 0 ? `${what}, took ${duration(requests.duration_ns[request])}`
        : `${what}, FAILED with ${errnoName(errno)}`;
}

function anatomySentences(history, area, anatomy) {
    const { requests } = area;
    const { request } = anatomy;
    const pages = requests.pages[request];
    const failed = requests.errno[request] !== 0;
    const kinds = refusedWindows(anatomy).map(([obstacle, windows]) =>
        `${grouped(windows)} by ${refusingPages(obstacle)}`);
    const known = anatomy.refusals.reduce((sum, refusal) => sum + refusal.windows, 0);
    const sentences = [
        `${requester(history, requests.device[request])} asked for ${counted(pages, 'page')} (${sizeOf(pages)}) `
        + 'on a multiple of '
        + `${sizeOf(2 ** requests.align[request])} after ${duration(requests.begin_ns[request])}; the call `
        + `${failed ? `failed with ${errnoName(requests.errno[request])}` : 'succeeded'} `
        + `${duration(requests.duration_ns[request])} later.`,
        anatomy.refused_windows === 0 ? 'No window was tried and refused.'
            : `${counted(anatomy.refused_windows, 'window')} ${anatomy.refused_windows === 1 ? 'was' : 'were'} `
            + `tried and refused${known < anatomy.refused_windows ? `; of the first ${grouped(known)}` : ''}`
            + `${kinds.length ? `: ${listed(kinds)}` : ''}.`,
    ];
    if (!failed) return sentences;
    const run = anatomy.largest_usable_run;
    if (run < pages) {
        sentences.push(`The longest run of free or movable pages had ${grouped(run)}: ${grouped(pages - run)} too few.`);
    } else {
        sentences.push(`The longest run of free or movable pages had ${grouped(run)}, which is long enough: `
            + (anatomy.blocking_pages === 0 ? 'pages of it could not be moved in time.'
                : 'it does not lie on the alignment.'));
    }
    if (anatomy.nearest === null || anatomy.nearest === undefined) {
        sentences.push('The area has no window of this size and alignment at all.');
    } else if (anatomy.blocking_pages > 0) {
        const shown = blockerTexts(history, area, anatomy.blockers);
        const more = shown.length > NAMED_OWNERS ? `; ${shown.length - NAMED_OWNERS} others in the table` : '';
        const listedPages = anatomy.blockers.reduce((sum, blocker) => sum + blocker.pages, 0);
        const among = listedPages < anatomy.blocking_pages ? ', the first of them' : '';
        sentences.push(`The window that came nearest begins at pfn ${pfnOf(area, anatomy.nearest)} and has `
            + `${counted(anatomy.blocking_pages, 'page')} in its way${among}: `
            + `${shown.slice(0, NAMED_OWNERS).join('; ')}${more}.`);
    }
    return sentences;
}
