// Draws the parts of the page, and those that belong to one run anew when another run is chosen.

/** The map that is shown; a change of the theme lays it out again. */
let shownMap = null;

function showChosen(history, areaIndex) {
    const chosen = history.areas[areaIndex];
    const area = chosen.history;
    const [mapPart, anatomyPart, timePart] = ['map', 'anatomy', 'time'].map(emptied);
    shownMap = null;
    if (area) {
        mapPart.append(element('p', { class: 'quiet' },
            'Each cell is one page or several, one pageblock after the other. Click a cell, or move with the arrow '
            + 'keys and press Enter, to see the history of its page.'));
        const pagePlace = element('div', { id: 'page-history', 'aria-live': 'polite' });
        shownMap = new MapView(mapPart, history, area, (page) => showPageHistory(pagePlace, history, area, page));
        mapPart.append(pagePlace);
        noteLeftOut(mapPart, area);
        showAnatomies(anatomyPart, history, area);
    }
    showTimelines(timePart, history, chosen);
}

function noteLeftOut(parent, area) {
    const left = area.requests.left_out + area.releases.left_out;
    if (left === 0) return;
    parent.append(element('p', { class: 'quiet' }, `${counted(left, 'later call')} of this area are counted only.`));
}

function fillChoice(results, histories) {
    const runs = document.getElementById('choice-run');
    const areas = document.getElementById('choice-area');
    const option = (name, index) => element('option', { value: index }, name);
    const showAreas = () => {
        const history = histories[Number(runs.value)];
        areas.replaceChildren(...history.areas.map((area, index) => option(area.name, index)));
        areas.value = busiestArea(history);
        showChosen(history, Number(areas.value));
    };
    const reference = results.comparisons.length ? results.comparisons[0].reference : null;
    runs.append(...histories.map((history, index) => option(history.label, index)));
    runs.value = Math.max(0, histories.findIndex((history) => history.run || history.series === reference));
    runs.addEventListener('change', showAreas);
    areas.addEventListener('change', () => showChosen(histories[Number(runs.value)], Number(areas.value)));
    document.getElementById('choice').hidden = histories.length === 1 && histories[0].areas.length === 1;
    showAreas();
}

/** The button goes from the system's theme to light, to dark, and back; a print is always light. */
function startTheme() {
    const button = document.getElementById('theme');
    const themes = [['system', 'light dark'], ['light', 'light'], ['dark', 'dark']];
    let current = 0;
    const apply = (scheme) => {
        document.documentElement.style.colorScheme = scheme;
        if (shownMap) shownMap.layOut();
    };
    button.addEventListener('click', () => {
        current = (current + 1) % themes.length;
        button.textContent = `Theme: ${themes[current][0]}`;
        apply(themes[current][1]);
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(themes[current][1]));
    window.addEventListener('beforeprint', () => apply('light'));
    window.addEventListener('afterprint', () => apply(themes[current][1]));
}

/** Hides the parts that the results have no data for, with their links. */
function dropParts(results, histories) {
    const hasHistory = histories.some((history) => history.areas.some((area) => area.history));
    const parts = {
        sweep: results.sweeps.length, map: hasHistory, anatomy: hasHistory, time: histories.length, latency: hasHistory,
        success: results.sizes.length + results.comparisons.length,
    };
    for (const [id, hasData] of Object.entries(parts)) {
        if (hasData) continue;
        document.getElementById(id).hidden = true;
        document.querySelector(`nav a[href="#${id}"]`).remove();
    }
    if (hasHistory || results.runs.length + results.comparisons.length === 0) return;
    const command = results.runs.length ? 'run' : 'compare';
    document.getElementById('verdict').append(without('Maps, failures and latencies need a history:',
        `devemu ${command} ... --history --format json`));
}

function start() {
    const results = readResults();
    const histories = collectHistories(results);
    showVerdicts(document.getElementById('verdict'), results);
    dropParts(results, histories);
    showSweeps(document.getElementById('sweep'), results.sweeps);
    if (histories.length) fillChoice(results, histories);
    showLatencies(document.getElementById('latency'), results, histories);
    showSuccess(document.getElementById('success'), results);
    showReproduction(document.getElementById('reproduce'), results);
    startTheme();
    document.documentElement.dataset.ready = Math.round(performance.now());
}
