// What each result came to: its sentences, then a table of its figures.

function showVerdicts(parent, results) {
    const tables = {
        'devemu.run/1': showRunFigures, 'devemu.compare/1': showComparisonFigures, 'devemu.size/1': showSizeFigures,
        'devemu.sweep/2': showSweepFigures,
    };
    for (const result of results.all) {
        showSentences(parent, sentencesOf(result));
        tables[result.schema](parent, result);
    }
}

/** A paragraph in the colour of good or bad news. */
function sentence({ text, tone }, name = 'sentence') {
    return element('p', { class: `${name} ${tone}` }, text);
}

/** Texts as a list; nothing for none. */
function textList(texts, attributes = {}) {
    return texts.length ? element('ul', attributes, texts.map((text) => element('li', {}, text))) : null;
}

function showSentences(parent, { subject, verdicts, setting, notes }) {
    parent.append(element('h3', { class: 'subject' }, subject.join(' \u00b7 ')), ...verdicts.map((one) => sentence(one)));
    if (setting.length) {
        parent.append(element('dl', { class: 'setting' },
            setting.flatMap(({ label, text }) => [element('dt', {}, label), element('dd', {}, text)])));
    }
    const items = notes.map(({ label, text, tone }) =>
        element('li', { class: tone }, element('strong', {}, `${label}: `), text));
    if (items.length) parent.append(element('ul', { class: 'notes' }, items));
}

function showRunFigures(parent, run) {
    const tone = (device) => (device.buffers_got >= device.buffers_wanted ? 'good' : device.satisfied ? 'fair' : 'bad');
    parent.append(table(
        ['device', 'area', '#buffers', '#needed', '#ready', '#calls', '#failed', '#median', '#p99', '#longest',
            '#busy windows', '#moved', '#frames dropped'],
        run.devices.map((device) => [
            device.name, device.area,
            element('span', { class: tone(device) }, `${device.buffers_got}/${device.buffers_wanted}`), device.buffers_min,
            duration(device.time_to_satisfaction_ns), grouped(device.calls), failedCount(device.failed_calls),
            duration(device.call_ns.p50), duration(device.call_ns.p99), duration(device.call_ns.max),
            grouped(device.busy_retries), grouped(device.pages_migrated), grouped(device.frames_dropped),
        ])));
    if (run.log.length) {
        parent.append(tableBeneath(['#after', 'instance', 'message'],
            () => run.log.map((line) => [duration(line.t_ns), line.instance || '', line.text]),
            `Messages of the drivers: ${counted(run.log.length, 'line')}`));
    }
}

function failedCount(number) {
    return number === 0 ? '0' : element('span', { class: 'bad' }, grouped(number));
}

/** Seeds in which a device was satisfied. */
function satisfiedRuns(row) {
    return Math.round((row.satisfied.value || 0) * row.runs);
}

/** Pages that strategies held in reserve. */
function reservedPages(row) {
    return (row.reserved_pages && row.reserved_pages.value) || 0;
}

function rowsOf(comparison, verdict) {
    return comparison.rows.filter((row) => row.case === verdict.case && row.device === verdict.device);
}

/** Rows from the best to the worst: satisfied most often, then ready first, then with most buffers, then done asking
    first. */
function rankedRows(rows) {
    const time = (summary) => (summary && summary.value !== null ? summary.value : Infinity);
    const order = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
    return [...rows].sort((a, b) => order((b.satisfied.value || 0), (a.satisfied.value || 0))
        || order(time(a.time_to_satisfaction_ns), time(b.time_to_satisfaction_ns))
        || order((b.buffers_got.value || 0), (a.buffers_got.value || 0))
        || order(time(a.gathering_ns), time(b.gathering_ns)));
}

/**
 * Neighbours that are equal by a key, together.
 * @returns lists of one item or more, in their order.
 */
function folded(items, key) {
    const groups = new Map();
    for (const item of items) {
        const name = key(item);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(item);
    }
    return [...groups.values()];
}

/** Names of strategies with the same figures. */
function foldedName(names, most = 3) {
    return names.length > most + 1 ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : listed(names);
}

/** The time until a device is ready; where it never is, until it ended asking. */
function readiness({ time_to_satisfaction_ns: ready, gathering_ns: ended }) {
    return ready.value === null ? ended : ready;
}

function isBest(verdict, strategy) {
    return verdict.best.includes(strategy) && verdict.basis !== 'never_satisfied';
}

function showComparisonFigures(parent, comparison) {
    const { verdicts } = comparison;
    if (!verdicts.length) return;
    const rowOf = (verdict, strategy) => rowsOf(comparison, verdict).find((one) => one.strategy === strategy);
    const text = (row) => {
        if (!row) return '';
        const failures = row.failures.length ? ` (${row.failures.length} failed)` : '';
        const ready = row.time_to_satisfaction_ns.value;
        // As in the terminal's table: in parentheses, the time until asking ended.
        const time = ready === null && row.gathering_ns.value !== null
            ? `${short(row.buffers_got.value || 0)} of ${counted(row.buffers_wanted, 'buffer')} (${duration(row.gathering_ns.value)})`
            : duration(ready);
        return `${satisfiedRuns(row)}/${row.runs}${failures}  ${time}`;
    };
    const cell = (verdict, strategy) => {
        const row = rowOf(verdict, strategy);
        const name = row && satisfiedRuns(row) < row.runs ? 'bad' : row && isBest(verdict, strategy) ? 'best' : null;
        return element('span', { class: name }, text(row));
    };
    const strategies = rankedRows(rowsOf(comparison, verdicts[0])).map((row) => row.strategy);
    const groups = folded(strategies, (strategy) => JSON.stringify(verdicts.map((verdict) =>
        [text(rowOf(verdict, strategy)), isBest(verdict, strategy)])));
    parent.append(
        element('p', { class: 'quiet' }, 'Satisfied seeds of all, and the median time until the last buffer; in parentheses '
            + 'the time until asking ended, where the device never had enough. From the best to the worst; '
            + `${comparison.contenders || 'strategies'} with the same figures share a row.`),
        table([contenderOf(comparison), ...verdicts.map((verdict) =>
            (verdict.case === verdict.device ? verdict.device : `${verdict.case}: ${verdict.device}`))],
        groups.map((names) => [element('span', { title: names.join(', ') }, foldedName(names)),
            ...verdicts.map((verdict) => cell(verdict, names[0]))])));
}

function showSizeFigures(parent, size) {
    const said = sentencesOf(size).sizes;
    const none = (pages) => (pages === null || pages === undefined ? '\u2013' : sizeOf(pages));
    parent.append(table(['area', '#for the fewest', '#for all', '#before', '#most held', '#if empty', '#without pins'],
        size.areas.map((area) => [
            area.name, none(area.fewest_buffers_pages), none(area.all_buffers_pages), sizeOf(area.given_pages),
            sizeOf(area.limits.held_pages), none(area.limits.empty_pages), none(area.limits.unpinned_pages),
        ])));
    size.areas.forEach((area, index) => {
        const { evidence, parts, obstacles, elsewhere } = said[index];
        const fields = [['shown by', evidence], ['made of', parts], ['too small', obstacles], ['elsewhere', elsewhere]]
            .filter(([, lines]) => lines.length);
        parent.append(element('h4', {}, `Area ${area.name}`), element('dl', { class: 'setting' },
            fields.flatMap(([label, lines]) => [element('dt', {}, label),
                element('dd', { class: label === 'made of' ? 'mono sum' : null }, lines.join('\n'))])));
    });
}
