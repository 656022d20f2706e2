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
    const values = (factor) => listed(factor.levels.map((level) => level.name))
        + (factor.grouped ? ' (in ranges, of many values)' : '');
    parent.append(table(['varies', '#levels', 'values'], sweep.factors.map((factor) =>
        [factor.name, factor.levels.length, element('span', { class: 'wrapped' }, values(factor))])));
    showStrategies(parent, sweep);
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
