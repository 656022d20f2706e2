// What came of it: a sentence and a table for each result.

function showVerdicts(parent, results) {
    for (const run of results.runs) showRunVerdict(parent, run);
    for (const comparison of results.comparisons) showComparisonVerdict(parent, comparison);
    for (const size of results.sizes) showSizeVerdict(parent, size);
    for (const sweep of results.sweeps) showSweepVerdict(parent, sweep);
}

function shortage(device) {
    return `${device.buffers_got} of ${counted(device.buffers_wanted, 'buffer')}, at least ${device.buffers_min} needed`;
}

function runSentence(run) {
    if (run.outcome.name !== 'ok') return `The run ended as ${run.outcome.name}: ${run.outcome.text}.`;
    const short = run.devices.filter((device) => !device.satisfied);
    const names = (devices) => listed(devices.map((device) => device.name));
    if (!run.devices.length) return 'The run ended well; no device asked for anything.';
    if (!short.length) {
        const last = largest(run.devices.map((device) => device.time_to_satisfaction_ns || 0));
        const verb = run.devices.length === 1 ? 'is' : 'are';
        const when = last > 0 ? `, the last buffer after ${duration(last)} of asking` : '';
        return `${names(run.devices)} ${verb} satisfied${when}.`;
    }
    const missing = short.map((device) => `${device.name} is not satisfied (${shortage(device)})`);
    const rest = run.devices.filter((device) => device.satisfied);
    return `${listed(missing)}${rest.length ? `; ${names(rest)} ${rest.length === 1 ? 'is' : 'are'}` : ''}.`;
}

function showRunVerdict(parent, run) {
    const isGood = run.outcome.name === 'ok' && run.devices.every((device) => device.satisfied);
    parent.append(
        element('h3', {}, runLabel(run)),
        element('p', { class: isGood ? 'sentence' : 'sentence bad' }, runSentence(run)),
        element('p', { class: 'quiet' }, [`memory of ${sizeOf(run.memory_pages)}`,
            ...run.areas.map((area) => `area ${area.name} of ${sizeOf(area.pages)}`),
            run.kernel ? `kernel ${run.kernel}` : null, `costs ${run.costs}`, run.background, run.kernel_note].filter(Boolean).join('; ')));
    const reserves = run.areas.filter((area) => area.reserve).map(({ name, reserve }) =>
        `Strategies held ${sizeOf(reserve.pages)} of ${name} for no device, `
            + `taken in ${duration(reserve.preparation_ns)} before a device asked.`);
    if (reserves.length) parent.append(element('ul', { class: 'reserves' }, reserves.map((text) => element('li', {}, text))));
    const word = (device) => device.satisfied ? element('span', { class: 'good' }, 'satisfied')
        : element('span', { class: 'bad' }, 'NOT satisfied');
    parent.append(table(
        ['device', 'area', 'verdict', '#buffers', '#needed', '#ready', '#calls', '#failed', '#median', '#p99', '#longest',
            '#busy windows', '#moved', '#frames dropped'],
        run.devices.map((device) => [
            device.name, device.area, word(device), `${device.buffers_got}/${device.buffers_wanted}`, device.buffers_min,
            duration(device.time_to_satisfaction_ns), grouped(device.calls), failedCount(device.failed_calls),
            duration(device.call_ns.p50), duration(device.call_ns.p99), duration(device.call_ns.max),
            grouped(device.busy_retries), grouped(device.pages_migrated), grouped(device.frames_dropped),
        ])));
    const complaints = [
        ...run.failures.map((one) => `${one.instance}: ${one.operation} returned ${one.errno}`),
        ...run.protocol_violations.map((one) => `${one.instance}: ${one.rule}: ${one.text}`),
        ...run.devices.flatMap((device) => device.violations.map((text) => `${device.name}: ${text}`)),
    ];
    if (complaints.length) {
        parent.append(element('ul', {}, complaints.map((text) => element('li', { class: 'bad' }, text))));
    }
    if (run.log.length) {
        parent.append(tableBeneath(['#after', 'instance', 'message'],
            () => run.log.map((line) => [duration(line.t_ns), line.instance || '', line.text]),
            `What the drivers logged: ${counted(run.log.length, 'line')}`));
    }
}

function failedCount(number) {
    return number === 0 ? '0' : element('span', { class: 'bad' }, `${grouped(number)} failed`);
}

/** Seeds in which a device was satisfied. */
function satisfiedRuns(row) {
    return Math.round((row.satisfied.value || 0) * row.runs);
}

/** Pages that strategies held for no device. */
function reservedPages(row) {
    return (row.reserved_pages && row.reserved_pages.value) || 0;
}

/** What strategies held for no device, a text for each. */
function reserveTexts(rows) {
    return rows.filter((row) => reservedPages(row) > 0).map((row) => {
        const time = (row.preparation_ns && row.preparation_ns.value) || 0;
        return `${row.strategy} held ${sizeOf(reservedPages(row))} for no device`
            + (time > 0 ? `, taken in ${duration(time)} before a device asked` : '');
    });
}

/** Strategies that are not ranked, and why. */
function termsText(verdict, rows) {
    const parts = [];
    const reserved = rows.filter((row) => (verdict.reserved || []).includes(row.strategy));
    if (reserved.length) {
        const [verb, sizes] = [reserved.length === 1 ? 'is not ranked: it holds' : 'are not ranked: they hold',
            listed(reserved.map((row) => sizeOf(reservedPages(row))))];
        parts.push(`; ${listed(reserved.map((row) => row.strategy))} ${verb} ${sizes} for no device`);
    }
    const fewer = rows.filter((row) => (verdict.fewer_buffers || []).includes(row.strategy));
    if (fewer.length) {
        const verb = fewer.length === 1 ? 'is not ranked: it gets' : 'are not ranked: they get';
        const counts = fewer.map((row) =>
            `${significant(row.buffers_got.value || 0)} of ${counted(row.buffers_wanted, 'buffer')}`);
        parts.push(`; ${listed(fewer.map((row) => row.strategy))} ${verb} ${listed(counts)}`);
    }
    return parts.join('');
}

/** What one of those that are compared is called: a strategy, or a kernel. */
function contenderOf(comparison) {
    return comparison.contenders === 'kernels' ? 'kernel' : 'strategy';
}

function comparisonSentence(comparison, verdict) {
    return `${comparisonJudgement(comparison, verdict)}.`;
}

function comparisonJudgement(comparison, verdict) {
    const rows = rowsOf(comparison, verdict);
    const { reference } = comparison;
    const best = listed(verdict.best);
    const runs = Math.min(...rows.map((row) => row.runs));
    const winner = rows.find((row) => row.strategy === verdict.winner);
    switch (verdict.basis) {
    case 'only_one': return `there is nothing to compare ${best} with`;
    case 'too_few_runs': return `${counted(runs, 'seed')} are too few to name a winner`;
    case 'never_satisfied': return `no ${contenderOf(comparison)} satisfies it in half of the seeds`;
    case 'unequal_terms': return `no winner on equal terms${termsText(verdict, rows)}`;
    case 'inseparable': {
        const names = verdict.best.length > 4 ? `${verdict.best.length} ${comparison.contenders || 'strategies'}` : best;
        return `${names} cannot be told apart: their 95 % intervals overlap${termsText(verdict, rows)}`;
    }
    case 'more_satisfied':
        return `${best} wins, satisfied in ${satisfiedRuns(winner)} of ${counted(winner.runs, 'seed')}${termsText(verdict, rows)}`;
    default: {
        const ratio = winner.time_ratio;
        const than = ratio && ratio.value !== null && winner.strategy !== reference
            ? `, ${ratio.value.toFixed(2)}× the time of ${reference}` : '';
        return `${best} wins, ready after ${duration(winner.time_to_satisfaction_ns.value)}${than}${termsText(verdict, rows)}`;
    }
    }
}

function rowsOf(comparison, verdict) {
    return comparison.rows.filter((row) => row.case === verdict.case && row.device === verdict.device);
}

/** The sentence above a result whose command was interrupted. */
function showIncomplete(parent, text) {
    parent.append(element('p', { class: 'sentence bad' }, `Incomplete: interrupted ${text}.`));
}

function showComparisonVerdict(parent, comparison) {
    if (comparison.incomplete) {
        const { runs, planned } = comparison.incomplete;
        showIncomplete(parent, `with ${grouped(runs)} of ${counted(planned, 'run')}`);
    }
    const strategies = [...new Set(comparison.rows.map((row) => row.strategy))];
    for (const verdict of comparison.verdicts) {
        const sentence = comparisonSentence(comparison, verdict);
        const isBad = verdict.basis === 'never_satisfied';
        parent.append(element('p', { class: isBad ? 'sentence bad' : 'sentence' },
            element('strong', {}, `${verdict.case}, ${verdict.device}: `), sentence));
    }
    parent.append(element('p', { class: 'quiet' },
        'Satisfied seeds of all, and the median time until the last buffer; bold where a '
            + `${contenderOf(comparison)} is among the best.`));
    const notes = [
        comparison.strategy ? `Every kernel ran under the strategy ${comparison.strategy}.` : null,
        ...(comparison.kernel_notes || []).map((text) => `${text}.`),
    ].filter(Boolean);
    if (notes.length) parent.append(element('ul', {}, notes.map((text) => element('li', {}, text))));
    const cell = (verdict, strategy) => {
        const row = rowsOf(comparison, verdict).find((one) => one.strategy === strategy);
        if (!row) return '';
        const share = `${satisfiedRuns(row)}/${row.runs}`;
        const isBest = verdict.best.includes(strategy) && verdict.basis !== 'never_satisfied';
        if (row.failures.length) {
            return element('span', { class: 'bad' }, `${counted(row.failures.length, 'run')} failed, ${share}`);
        }
        if (satisfiedRuns(row) === 0) {
            const got = `, ${significant(row.buffers_got.value || 0)} of ${grouped(row.buffers_wanted)} buffers`;
            return element('span', {}, element('span', { class: 'bad' }, 'never'), got);
        }
        const text = `${share}  ${duration(row.time_to_satisfaction_ns.value)}`;
        return satisfiedRuns(row) < row.runs ? element('span', {}, element('span', { class: 'bad' }, 'only '), text)
            : isBest ? element('strong', {}, text) : text;
    };
    parent.append(table([contenderOf(comparison), ...comparison.verdicts.map((verdict) => `${verdict.case}: ${verdict.device}`)],
        strategies.map((strategy) => [strategy, ...comparison.verdicts.map((verdict) => cell(verdict, strategy))])));
    const reserves = [...new Set(comparison.verdicts.flatMap((verdict) =>
        reserveTexts(rowsOf(comparison, verdict)).map((text) => `${verdict.case}: ${text}.`)))];
    if (reserves.length) {
        parent.append(element('ul', { class: 'reserves' }, reserves.map((text) => element('li', {}, text))));
    }
}

/** Where the size of an area lies whose search was interrupted. */
function boundsSentence(area) {
    const { too_small_pages: low, enough_pages: high } = area.bounds;
    const parts = [low > 0 ? `more than ${sizeOf(low)}` : '', high ? `at most ${sizeOf(high)}` : ''].filter(Boolean);
    return `Area ${area.name} needs ${parts.length ? parts.join(' and ') : 'a size that is not known yet'}.`;
}

/** As many of the seeds as the share that was asked for. */
function seedsNeeded(size) {
    return grouped(Math.ceil(size.success * size.seeds - 1e-9));
}

function showSizeVerdict(parent, size) {
    const goal = `in ${seedsNeeded(size)} of ${counted(size.seeds, 'seed')} that were run`;
    if (size.incomplete) showIncomplete(parent, `after ${counted(size.incomplete.runs, 'run')}`);
    for (const area of size.areas) {
        if (area.bounds) {
            parent.append(element('p', { class: 'sentence' }, boundsSentence(area)));
            continue;
        }
        const answers = [[area.fewest_buffers_pages, 'the fewest buffers that its devices work with'],
            [area.all_buffers_pages, 'all buffers that they want']];
        for (const [pages, purpose] of answers) {
            const isMissing = pages === null || pages === undefined;
            const missing = size.incomplete
                ? `It is not known yet which size of area ${area.name} is enough for ${purpose}.`
                : `No size of area ${area.name} up to ${sizeOf(area.limit_pages)} is enough for ${purpose} ${goal}.`;
            const text = isMissing ? missing : `Area ${area.name} of ${size.name} needs ${sizeOf(pages)} for ${purpose} ${goal}.`;
            parent.append(element('p', { class: isMissing ? 'sentence bad' : 'sentence' }, text));
        }
    }
    parent.append(table(['area', '#for the fewest', '#for all', '#before', '#most held', '#if empty', '#without pins',
        'what fails below'],
        size.areas.map((area) => [
            area.name, sizeOrNone(area.fewest_buffers_pages, size.incomplete),
            sizeOrNone(area.all_buffers_pages, size.incomplete), sizeOf(area.given_pages),
            sizeOf(area.limits.held_pages), sizeOrNone(area.limits.empty_pages, size.incomplete),
            sizeOrNone(area.limits.unpinned_pages, size.incomplete),
            area.limits.obstacles.map((one) =>
                `${one.device} ${one.set}: ${one.cause} (${counted(one.runs, 'run')})`).join(', '),
        ])));
}

function sizeOrNone(pages, isIncomplete = false) {
    if (pages !== null && pages !== undefined) return sizeOf(pages);
    return isIncomplete ? 'not known' : element('span', { class: 'bad' }, 'none');
}
