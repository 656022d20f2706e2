// The history of one page: its states, its owners, and the requests that it blocked.

/** Stretches of time in which the page was one thing, the last of them up to `null`. */
function pageStates(area, page) {
    let code = FREE, first = 0;
    for (let index = 0; index + 1 < area.start.length; index += 2) {
        first += area.start[index];
        if (page < first) {
            code = area.start[index + 1];
            break;
        }
    }
    const states = [{ code, from: 0, until: null }];
    for (const { t_ns: time, changes } of area.frames) {
        for (let index = 0; index + 2 < changes.length; index += 3) {
            if (page < changes[index] || page >= changes[index] + changes[index + 1]) continue;
            const last = states[states.length - 1];
            if (last.code === changes[index + 2]) continue;
            last.until = time;
            states.push({ code: changes[index + 2], from: time, until: null });
        }
    }
    return states;
}

/** Requests that got the page: their numbers, and when it was released. */
function pageHolders(area, page) {
    const { requests, releases } = area;
    const holders = [];
    requests.offset.forEach((offset, request) => {
        if (offset < 0 || page < offset || page >= offset + requests.pages[request]) return;
        const from = requests.begin_ns[request] + requests.duration_ns[request];
        const release = releases.t_ns.findIndex((time, index) => time >= from
            && page >= releases.offset[index] && page < releases.offset[index] + releases.pages[index]);
        holders.push({ request, from, until: release < 0 ? null : releases.t_ns[release] });
    });
    return holders;
}

/** Explained requests to which the page refused a window, or in whose nearest window it lies. */
function pageRefusals(area, page) {
    return area.anatomies.map((anatomy) => {
        let windows = 0;
        let obstacle = null;
        for (const refusal of anatomy.refusals) {
            if (refusal.page !== page) continue;
            windows += refusal.windows;
            obstacle = refusal.obstacle;
        }
        const blocker = anatomy.blockers.find((one) => page >= one.page && page < one.page + one.pages);
        return { request: anatomy.request, windows, obstacle: obstacle || (blocker ? blocker.obstacle : null) };
    }).filter((refusal) => refusal.obstacle !== null);
}

function requestText(history, area, request) {
    const { requests } = area;
    const owner = requester(history, requests.device[request]);
    return `request ${request + 1} of ${owner}, ${counted(requests.pages[request], 'page')}`;
}

function showPageHistory(parent, history, area, page) {
    const until = (time) => time === null ? 'the end' : duration(time);
    const block = Math.floor(page / area.pageblock_pages);
    const step = (by) => element('button', {
        type: 'button', disabled: page + by < 0 || page + by >= area.pages ? '' : null,
        click: () => showPageHistory(parent, history, area, page + by),
    }, by < 0 ? '\u2039 page before' : 'page after \u203a');
    const states = pageStates(area, page).map((state) =>
        [duration(state.from), until(state.until), ownerName(state.code, history.devices)]);
    const holders = pageHolders(area, page).map((holder) =>
        [duration(holder.from), until(holder.until), requestText(history, area, holder.request),
            pfnOf(area, area.requests.offset[holder.request]),
            duration(area.requests.duration_ns[holder.request])]);
    const refusals = pageRefusals(area, page).map((refusal) =>
        [requestText(history, area, refusal.request), duration(area.requests.begin_ns[refusal.request]),
            refusal.windows ? counted(refusal.windows, 'window') : 'the nearest window', obstacleName(refusal.obstacle)]);
    parent.replaceChildren(
        element('h3', {}, `Page at pfn ${pfnOf(area, page)}`),
        element('p', { class: 'quiet' }, `page ${grouped(page)} of the area, in its pageblock ${grouped(block)}`),
        element('div', { class: 'bar' }, step(-1), step(1)),
        table(['#from', '#until', 'state'], states),
        holders.length ? table(['#held from', '#until', 'by', 'first page', '#the call took'], holders)
            : element('p', {}, 'No recorded request got this page.'),
        refusals.length ? table(['it blocked', '#asked at', 'in', 'because it was'], refusals)
            : element('p', {}, 'This page blocked none of the requests that are explained below.'));
}
