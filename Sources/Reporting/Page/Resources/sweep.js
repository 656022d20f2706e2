// A sweep: its factors, which of them matters, and what that does to success and stall.

function showSweeps(parent, sweeps) {
    for (const sweep of sweeps) {
        if (sweeps.length > 1) parent.append(element('h3', {}, sentencesOf(sweep).subject[0]));
        const part = element('div', { class: 'sweep' });
        parent.append(part);
        showEffects(part, sweep);
        showHeat(part, sweep);
        showCurves(part, sweep);
        showFront(part, sweep);
    }
}

function showSweepFigures(parent, sweep) {
    const values = (factor) => listed(factor.levels.map((level) => level.name))
        + (factor.grouped ? ' (in ranges, of many values)' : '');
    parent.append(table(['varies', 'is', '#levels', 'values'], sweep.factors.map((factor) =>
        [factor.name, factor.role === 'choice' ? 'chosen' : 'given', factor.levels.length,
            element('span', { class: 'wrapped' }, values(factor))])));
    showBestChoices(parent, sweep);
    showStrategies(parent, sweep);
}

const MOST_CONDITIONS = 64;

function showBestChoices(parent, sweep) {
    const { verdicts } = sweep;
    if (!verdicts.factors.length) return;
    const { choices, overall, conditions, rule } = sentencesOf(sweep).sweep;
    parent.append(element('h4', {}, `Best choice of ${listed(verdicts.factors)}`));
    if (choices) {
        parent.append(element('p', { class: 'sentence choice' }, choices));
        return;
    }
    for (const { place, text, tone } of overall) {
        parent.append(element('p', { class: `sentence choice ${tone}` },
            element('strong', {}, place ? `overall, ${place}: ` : 'overall: '), text));
    }
    parent.append(element('p', { class: 'quiet' }, rule));
    if (!conditions.length) return;
    const shown = conditions.slice(0, MOST_CONDITIONS);
    const left = conditions.length - shown.length + verdicts.conditions_left_out;
    parent.append(tableBeneath(['given', 'best choice'], () => shown.map(({ place, text, tone }) =>
        [place, element('span', { class: `wrapped ${tone}` }, text)]),
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
