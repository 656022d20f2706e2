// Curves over the emulated time of a run: free pages, chunks, pages held by each device, progress of devices.

function showTimelines(parent, history, { record, history: area }) {
    const series = area ? timelineOf(area, history.devices).series : record.series;
    const held = area ? heldOverTime(area, history.devices) : heldInSamples(series, history.devices);
    const end = endOfTime(history, area, series);
    if (!series.length || end === 0) {
        parent.append(without('The run has no samples over time.'));
        return;
    }
    const ticks = area ? eventTicks(area) : [];
    addPagesFigure(parent, series, ticks, end, record ? record.pages : area.pages);
    addChunksFigure(parent, series, end);
    addHeldFigure(parent, history.devices, held, end);
    if (area && area.requests.device.length) addProgressFigure(parent, history, area, end);
    const sets = (history.run ? history.run.devices : [])
        .flatMap((device) => device.sets.map((set) => ({ device: device.name, set })));
    if (sets.length) addSetsFigure(parent, sets, end);
}

/** The last moment that any of the curves has. */
function endOfTime(history, area, series) {
    let end = largest(series.map((sample) => sample.t_ns), history.run ? history.run.elapsed_ns : 0);
    if (area) {
        for (const frame of area.frames) end = Math.max(end, frame.t_ns);
        const { begin_ns: begins, duration_ns: durations } = area.requests;
        begins.forEach((time, index) => { end = Math.max(end, time + durations[index]); });
    }
    return end;
}

/** What is held by no device and by each, at every frame. */
function heldOverTime(area, devices) {
    const { times, counts } = timelineOf(area, devices);
    return { times, held: counts[0].slice(STOCKED).map((_, index) => counts.map((pages) => pages[STOCKED + index])) };
}

/** The same from the samples of a record made without a history. */
function heldInSamples(series, devices) {
    const names = [null, ...devices];
    return {
        times: series.map((sample) => sample.t_ns),
        held: names.map((name) => series.map((sample) => {
            const share = (sample.by || []).find((one) => one.device === name);
            return share ? share.pages : 0;
        })),
    };
}

/** Calls that failed, and those that are explained because they were slow. */
function eventTicks(area) {
    const { requests } = area;
    const ticks = [];
    requests.errno.forEach((errno, index) => {
        if (errno !== 0) ticks.push({ time: requests.begin_ns[index], isFailure: true });
    });
    for (const { request } of area.anatomies) {
        if (requests.errno[request] === 0) ticks.push({ time: requests.begin_ns[request], isFailure: false });
    }
    return ticks;
}

function timeScale(plot, end) {
    const scale = linearScale(0, end, plot.left, plot.right);
    plot.bottomAxis(scale, roundTicks(end, (plot.right - plot.left) / 110), duration);
    return scale;
}

function addPagesFigure(parent, series, ticks, end, pages) {
    addFigure(parent, {
        title: 'Free and usable pages',
        caption: 'Free pages, and the longest run of pages that are free or movable. '
            + 'Below the axis: \u2715 a call that failed, \u25b2 one that took longest.',
        columns: ['#after', '#free pages', '#longest run', '#held'],
        rows: () => series.map((one) => [duration(one.t_ns), grouped(one.free_pages), grouped(one.largest_run_pages),
            grouped(one.held_pages)]),
        draw: (width) => {
            const plot = new Plot(width, 230, { right: 110, bottom: ticks.length ? 46 : 28, left: 70 });
            const most = largest(series.map((one) => Math.max(one.free_pages, one.largest_run_pages)), 1);
            const up = linearScale(0, Math.min(most * 1.05, pages), plot.bottom, plot.top);
            plot.rightAxis(up, sizeTicks(Math.min(most, pages), 4), sizeOf);
            const across = timeScale(plot, end);
            const labels = [];
            [['free', 'free_pages', 0], ['longest run', 'largest_run_pages', 1]].forEach(([text, key, index]) => {
                const points = series.map((one) => [across(one.t_ns), up(one[key])]);
                points.push([plot.right, points[points.length - 1][1]]);
                plot.curve(points, index, true);
                labels.push({ y: points[points.length - 1][1], text, index });
            });
            plot.endLabels(labels);
            for (const tick of ticks.slice(0, 2000)) {
                plot.text(across(tick.time), plot.bottom + (tick.isFailure ? 30 : 42), tick.isFailure ? '\u2715' : '\u25b2',
                    { 'text-anchor': 'middle', class: tick.isFailure ? 'bad' : null });
            }
            return plot.svg;
        },
    });
}

function addChunksFigure(parent, series, end) {
    const orders = largest(series.map((one) => one.usable_chunks.length));
    addFigure(parent, {
        title: 'Usable chunks by order',
        caption: 'Blocks of 2\u207f free or movable pages on a multiple of their size; each line of the grid '
            + 'is ten times the one below.',
        columns: ['#after', ...Array.from({ length: orders }, (_, order) => `#order ${order}`)],
        rows: () => series.map((one) => [duration(one.t_ns), ...one.usable_chunks.map(grouped)]),
        draw: (width) => {
            const plot = new Plot(width, 250, { right: 130, bottom: 28, left: 70 });
            const most = largest(series.flatMap((one) => one.usable_chunks), 10);
            const up = logScale(0.6, most, plot.bottom, plot.top);
            plot.rightAxis(up, logTicks(1, most).filter((tick) => Number.isInteger(Math.log10(tick))), grouped);
            const across = timeScale(plot, end);
            const labels = [];
            for (let order = 0; order < orders; order += 1) {
                const points = series.map((one) => [across(one.t_ns), up(one.usable_chunks[order] || 0.6)]);
                points.push([plot.right, points[points.length - 1][1]]);
                plot.curve(points, order, true);
                const text = `order ${order}, ${sizeOf(2 ** order)}`;
                labels.push({ y: points[points.length - 1][1], text, index: order });
            }
            plot.endLabels(labels);
            return plot.svg;
        },
    });
}

function addHeldFigure(parent, devices, { times, held }, end) {
    const shown = held.map((values, index) => ({ values, code: STOCKED + index }))
        .filter(({ values }) => values.some((pages) => pages > 0));
    if (!shown.length) return;
    addFigure(parent, {
        title: 'Pages held, by device',
        caption: 'Stacked; the upper edge is the sum of all devices.',
        columns: ['#after', ...shown.map(({ code }) => `#${ownerName(code, devices)}`)],
        rows: () => times.map((time, at) => [duration(time), ...shown.map(({ values }) => grouped(values[at]))]),
        draw: (width) => {
            const plot = new Plot(width, 210, { right: 130, bottom: 28, left: 70 });
            const totals = times.map((_, at) => shown.reduce((sum, { values }) => sum + values[at], 0));
            const up = linearScale(0, largest(totals, 1), plot.bottom, plot.top);
            plot.rightAxis(up, sizeTicks(largest(totals), 4), sizeOf);
            const across = timeScale(plot, end);
            const below = times.map(() => 0);
            shown.forEach(({ values, code }, index) => {
                const lower = [...below];
                values.forEach((pages, at) => { below[at] += pages; });
                const steps = (heights) => heights.map((pages, at) => {
                    const next = at + 1 < times.length ? across(times[at + 1]) : plot.right;
                    return [across(times[at]), next].map((x) => `${x.toFixed(1)},${up(pages).toFixed(1)}`);
                });
                const outline = [...steps(below).flat(), ...steps(lower).flat().reverse()];
                const fill = svgLook(plot.svg, code);
                plot.add('polygon', { points: outline.join(' '), style: `fill: ${fill}; stroke: var(--paper); stroke-width: 0.5` });
                const y = plot.top + 6 + (shown.length - 1 - index) * 16;
                plot.rect(plot.right + 8, y - 4, 16, 10, `fill: ${fill}`);
                plot.text(plot.right + 30, y + 5, shortened(ownerName(code, devices), 96));
            });
            return plot.svg;
        },
    });
}

function addProgressFigure(parent, history, area, end) {
    const { requests } = area;
    const names = [...new Set(requests.device)].sort((a, b) => a - b);
    const progress = names.map((device, index) => {
        const points = [[0, 0]];
        let pages = 0;
        requests.device.forEach((owner, at) => {
            if (owner !== device || requests.errno[at] !== 0) return;
            pages += requests.pages[at];
            points.push([requests.begin_ns[at] + requests.duration_ns[at], pages]);
        });
        points.sort((a, b) => a[1] - b[1]);
        return { name: requester(history, device), points, index, pages, calls: points.length - 1 };
    });
    if (progress.every((one) => one.pages === 0)) return;
    addFigure(parent, {
        title: 'Pages allocated so far, by device',
        caption: 'Pages of all successful calls since the start; released pages are not subtracted.',
        columns: ['device', '#calls that succeeded', '#pages in all', '#last after'],
        rows: () => progress.map(({ name, calls, pages, points }) =>
            [name, grouped(calls), grouped(pages), duration(points[points.length - 1][0])]),
        draw: (width) => {
            const plot = new Plot(width, 190, { right: 130, bottom: 28, left: 70 });
            const most = largest(progress.map((one) => one.pages), 1);
            const up = linearScale(0, most, plot.bottom, plot.top);
            plot.rightAxis(up, sizeTicks(most, 4), sizeOf);
            const across = timeScale(plot, end);
            for (const { points, index } of progress) {
                const stretch = points.map(([time, pages]) => [across(time), up(pages)]);
                plot.curve([...stretch, [plot.right, stretch[stretch.length - 1][1]]], index, true);
            }
            plot.endLabels(progress.map(({ pages, name, index }) => ({ y: up(pages), text: shortened(name, 100), index })));
            return plot.svg;
        },
    });
}

const MOST_SETS = 60;

function addSetsFigure(parent, sets, end) {
    const shown = sets.slice(0, MOST_SETS);
    const isShort = (set) => set.got < set.min;
    addFigure(parent, {
        title: 'Buffer sets',
        caption: 'From opening a set to its last buffer (bar), and to its closing (thin line); and the number of '
            + 'buffers got of those wanted.'
            + (shown.length < sets.length ? ` The first ${MOST_SETS} of ${sets.length}; the others are in the table.` : ''),
        columns: ['device', 'set', '#got', '#wanted', '#needed', '#opened', '#last buffer', '#closed'],
        rows: () => sets.map(({ device, set }) => [device, set.name,
            isShort(set) ? element('span', { class: 'bad' }, `only ${set.got}`) : set.got, set.wanted, set.min,
            ...[set.opened_ns, set.last_buffer_ns, set.closed_ns].map(duration)]),
        draw: (width) => {
            const left = Math.min(190, width * 0.34);
            const plot = new Plot(width, shown.length * 18 + 40, { left, right: 110, bottom: 28 });
            const across = timeScale(plot, end);
            shown.forEach(({ device, set }, row) => {
                const y = plot.top + row * 18;
                const from = across(set.opened_ns);
                plot.text(left - 6, y + 11, shortened(`${device}, ${set.name}`, left - 14), { 'text-anchor': 'end' });
                if (set.closed_ns !== null) plot.line(from, y + 8, across(set.closed_ns), y + 8);
                if (set.last_buffer_ns !== null) {
                    const long = across(set.last_buffer_ns) - from;
                    plot.rect(from, y + 3, Math.max(2, long), 10, 'fill: var(--owner-0)');
                }
                const text = `${set.got} of ${set.wanted}${isShort(set) ? ', short' : ''}`;
                plot.text(plot.right + 6, y + 12, text, { class: isShort(set) ? 'bad' : null });
            });
            return plot.svg;
        },
    });
}
