// Which factor matters: the share of the variance that goes with each, and with pairs of them.

const EFFECT_BAR = 22;
const MOST_EFFECTS = 14;

function showEffects(parent, sweep) {
    const shown = ['satisfied', 'stall_max_ns']
        .map((name) => sweep.effects.find((one) => one.response === name)).filter(Boolean);
    if (!shown.length || !sweep.factors.length) return;
    const rows = effectRows(sweep, shown);
    const isExact = shown.every((one) => one.balanced);
    parent.append(element('h3', {}, 'Which factor matters'));
    addFigure(parent, {
        caption: `Share of the variance of ${listed(shown.map((one) => responseTitle(one.response)))} that goes with each `
            + 'factor alone, with two of them together beyond that (\u00d7), and with the seed.'
            + (isExact ? ' The shares add up to 100 %.' : ''),
        columns: ['factor', ...shown.map((one) => `#${responseTitle(one.response)}`)],
        rows: () => rows.map((row) => [row.name, ...row.shares.map(shareText)]),
        draw: (width) => drawEffects(width, rows.slice(0, MOST_EFFECTS), shown, width < 600 ? shortNames(sweep) : null),
    });
    parent.append(...sentencesOf(sweep).sweep.effects.map((one) => sentence(one, 'quiet')));
}

function shareText(share) {
    return share === null || share === undefined ? '\u2013' : percent(share);
}

/** Factors, then pairs, each by falling share, then what is left. */
function effectRows(sweep, shown) {
    const rows = shown[0].effects.map(({ factors }, index) => ({
        name: factors.join(' \u00d7 '), factors, size: factors.length, shares: shown.map((one) => one.effects[index].share),
    }));
    const most = (row) => largest(row.shares.map((share) => share || 0));
    const sorted = (size) => rows.filter((row) => row.size === size).sort((a, b) => most(b) - most(a));
    const seed = { name: 'the seed', size: 0, shares: shown.map((one) => one.seeds) };
    const rest = { name: 'three and more together', size: 0, shares: shown.map((one) => one.rest) };
    const pairs = sorted(2).filter((row) => most(row) >= 0.005);
    const isKnown = (row) => row.shares.some((share) => share !== null && share !== undefined);
    return [...sorted(1), ...pairs.slice(0, MOST_EFFECTS / 2), ...(isKnown(seed) ? [seed] : []),
        ...(most(rest) >= 0.005 ? [rest] : [])];
}

function drawEffects(width, rows, shown, short) {
    const label = (row) => (short && row.factors ? row.factors.map((name) => short.get(name)).join(' \u00d7 ') : row.name);
    const left = Math.min(Math.max(...rows.map((row) => label(row).length)) * 6.4 + 12, width * 0.46);
    const plot = new Plot(width, rows.length * EFFECT_BAR + 58, { left, right: 52, bottom: 28, top: 26 });
    const across = linearScale(0, 1, plot.left, plot.right);
    plot.bottomAxis(across, width < 600 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1], percent);
    shown.forEach((one, index) => {
        const x = index * Math.min(170, width / 2);
        plot.rect(x, 4, 12, 10, `fill: var(--owner-${index === 0 ? 2 : 4})`);
        plot.text(x + 17, 13, responseTitle(one.response));
    });
    rows.forEach((row, index) => {
        const y = plot.top + index * EFFECT_BAR;
        plot.text(left - 8, y + EFFECT_BAR / 2 + 4, shortened(label(row), left - 10), { 'text-anchor': 'end' });
        const height = (EFFECT_BAR - 6) / shown.length;
        row.shares.forEach((share, at) => {
            const bar = plot.rect(plot.left, y + 3 + at * height, Math.max(across(share || 0) - plot.left, 1), height - 1,
                `fill: var(--owner-${at === 0 ? 2 : 4})`);
            bar.append(svgElement('title', {}, `${row.name}, ${responseTitle(shown[at].response)}: ${shareText(share)}`));
        });
        const longest = largest(row.shares.map((share) => share || 0));
        plot.text(across(longest) + 5, y + EFFECT_BAR / 2 + 4, percent(longest), { class: 'quiet' });
    });
    return plot.svg;
}
