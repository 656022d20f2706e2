// A sweep: what there is of it, which factor matters, and what that does to success and stall.

function showSweeps(parent, sweeps) {
    for (const sweep of sweeps) {
        if (sweeps.length > 1) parent.append(element('h3', {}, sweepTitle(sweep)));
        const part = element('div', { class: 'sweep' });
        parent.append(part);
        showEffects(part, sweep);
        showHeat(part, sweep);
        showCurves(part, sweep);
        showFront(part, sweep);
    }
}

function sweepTitle(sweep) {
    return sweep.plan.summary || `plan ${sweep.plan.hash.slice(0, 12)}`;
}

function seedsText(sweep) {
    const { seeds_least: least, seeds_most: most } = sweep;
    return least === most ? `${counted(most, 'seed')} each` : `${least} to ${counted(most, 'seed')} each`;
}

/** Which factor goes with most of a response's variance. */
function strongest(sweep, response) {
    const found = sweep.effects.find((one) => one.response === response);
    const alone = found ? found.effects.filter((one) => one.factors.length === 1 && one.share > 0) : [];
    if (!alone.length) return null;
    return alone.reduce((best, one) => (one.share > best.share ? one : best));
}

function sweepSentence(sweep) {
    const parts = [['satisfied', 'success'], ['stall_max_ns', 'the longest call']].map(([response, title]) => {
        const effect = strongest(sweep, response);
        return effect ? `${title} depends most on ${effect.factors[0]} (${percent(effect.share)} of its variance)`
            : `${title} does not depend on what varies`;
    });
    const text = parts.join('; ');
    return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function showSweepVerdict(parent, sweep) {
    const { plan, runs } = sweep;
    const there = runs === plan.runs ? `all ${counted(runs, 'run')} of the plan`
        : `${grouped(runs)} of the plan's ${counted(plan.runs, 'run')}`;
    const bad = sweep.endings.map((one) => `${counted(one.runs, 'run')} ended as ${one.name}, `
        + (one.left_out ? 'which is left out' : 'which counts as not satisfied and for nothing else'));
    parent.append(element('h3', {}, sweepTitle(sweep)), element('p', { class: 'sentence' }, sweepSentence(sweep)),
        element('p', { class: 'quiet' }, `${there}: ${counted(sweep.configurations, 'configuration')}, ${seedsText(sweep)}`),
        ...bad.map((text) => element('p', { class: 'bad' }, text)));
    showGroups(parent, sweep);
    const values = (factor) => listed(factor.levels.map((level) => level.name))
        + (factor.grouped ? ' (in ranges, of many values)' : '');
    parent.append(table(['varies', 'is', '#levels', 'values'], sweep.factors.map((factor) =>
        [factor.name, factor.role === 'choice' ? 'chosen' : 'given', factor.levels.length,
            element('span', { class: 'wrapped' }, values(factor))])));
    showBestChoices(parent, sweep.verdicts);
    showStrategies(parent, sweep);
}

/** What strategies are compared on, where not every strategy has a result on every machine. */
function showGroups(parent, { groups }) {
    if (!groups.left_out) return;
    parent.append(element('p', { class: 'bad' }, groups.compared === 0
        ? 'No machine with a seed has a result of every strategy: strategies were run on different machines, and a '
            + 'difference may be theirs.'
        : `Compared on ${counted(groups.compared, 'machine')} with a seed that every strategy has; `
            + `${grouped(groups.left_out)} left out, with ${counted(groups.runs_left_out, 'run')}.`));
}

function optionName(option) {
    return option.values.join(' ');
}

/** Why the options of a verdict are best, or why none is named. */
function choiceSentence(verdict) {
    const best = listed(verdict.best.map(optionName));
    const figures = ([option]) => `${percent(option.satisfied)} (${percent(option.satisfied_low)} to `
        + `${percent(option.satisfied_high)}) of ${counted(option.runs, 'run')}, ${duration(option.stall)}`
        + (option.stall_low === undefined ? '' : ` (${duration(option.stall_low)} to ${duration(option.stall_high)})`);
    const reserved = verdict.reserved.length
        ? `; ${listed(verdict.reserved.map((option) =>
            `${optionName(option)} (${sizeOf(option.reserved_bytes / PAGE_BYTES)} held for no device)`))} not ranked` : '';
    const fewer = verdict.fewer_buffers.length
        ? `; ${listed(verdict.fewer_buffers.map((option) => `${optionName(option)} (fewer buffers)`))} not ranked` : '';
    switch (verdict.basis) {
    case 'only_one': return `nothing to compare ${best} with`;
    case 'too_few_runs': return `${counted(verdict.seeds, 'seed')} of a machine: too few to name one`;
    case 'never_satisfied': return 'none is satisfied in half of the runs';
    case 'unequal_terms':
        return verdict.compared === 0 ? 'the options were run on different machines'
            : `no winner on equal terms${reserved}${fewer}`;
    case 'inseparable': return `${best} cannot be told apart: their 95 % intervals overlap${reserved}${fewer}`;
    case 'more_satisfied': return `${best} wins, satisfied most: ${figures(verdict.best)}${reserved}${fewer}`;
    default: return `${best} wins, shortest longest call: ${figures(verdict.best)}${reserved}${fewer}`;
    }
}

const MOST_CONDITIONS = 64;

function showBestChoices(parent, verdicts) {
    if (!verdicts.factors.length) return;
    const terms = (verdict) => verdict.terms.map(({ factor, level }) => `${factor} ${level}`).join(', ');
    parent.append(element('h4', {}, `Best choice of ${listed(verdicts.factors)}`));
    for (const verdict of verdicts.overall) {
        const place = verdict.terms.length ? `Overall, ${terms(verdict)}: ` : 'Overall: ';
        parent.append(element('p', { class: 'sentence choice' }, element('strong', {}, place),
            `${choiceSentence(verdict)}.`));
    }
    if (!verdicts.conditions.length) return;
    const shown = verdicts.conditions.slice(0, MOST_CONDITIONS);
    const left = verdicts.conditions.length - shown.length + verdicts.conditions_left_out;
    parent.append(tableBeneath(['given', 'best choice'], () => shown.map((verdict) =>
        [terms(verdict), element('span', { class: 'wrapped' }, choiceSentence(verdict))]),
    `On each machine${left ? `; ${grouped(left)} more are in the JSON` : ''}`));
}

function showStrategies(parent, sweep) {
    const cell = sweepTable(sweep, 'strategy', null, null);
    if (!cell) return;
    const shown = ['satisfied', 'stall_max_ns', 'gathering_ns', 'failed_calls', 'busy_retries', 'pages_migrated',
        'others_waited_ns'];
    parent.append(table(['strategy', '#runs', ...shown.map((name) => `#${responseTitle(name)}`), '#worst call'],
        levelNames(sweep, 'strategy').map((name, row) => [name, grouped(cell(row).runs),
            ...shown.map((response) => responseText(sweep, response, cell(row).figure(response).mean)),
            responseText(sweep, 'stall_max_ns', cell(row).figure('stall_max_ns').max)])));
}
