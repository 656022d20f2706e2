// Puts the parts together, and makes those that belong to one run anew when another is chosen.

const results = readResults();
const histories = collectHistories(results);
let map = null;

function showChosen(history, areaIndex) {
    const chosen = history && history.areas[areaIndex];
    const area = chosen && chosen.history;
    const [mapPart, anatomyPart, timePart] = ['map', 'anatomy', 'time'].map(emptied);
    const hint = results.runs.length || !results.comparisons.length ? 'devemu run ... --history --format json'
        : 'devemu compare ... --history --format json';
    map = null;
    if (area) {
        mapPart.append(element('p', { class: 'quiet' },
            'Each cell is a page or several, one pageblock after the other; click on one, or move with the arrow '
            + 'keys and press Enter.'));
        const pagePlace = element('div', { id: 'page-history', 'aria-live': 'polite' });
        map = new MapView(mapPart, history, area, (page) => showPageHistory(pagePlace, history, area, page));
        mapPart.append(pagePlace);
        noteLeftOut(mapPart, area);
        showAnatomies(anatomyPart, history, area);
    } else {
        mapPart.append(without('Made without --history, which records what every page was;', hint));
        anatomyPart.append(without('Made without --history, which looks into requests that fail;', hint));
    }
    if (chosen) showTimelines(timePart, history, chosen);
    else timePart.append(without('Made without --history;', hint));
}

function noteLeftOut(parent, area) {
    const left = area.requests.left_out + area.releases.left_out;
    if (left === 0) return;
    parent.append(element('p', { class: 'quiet' }, `${counted(left, 'later call')} of this area are counted only.`));
}

function fillChoice() {
    const runs = document.getElementById('choice-run');
    const areas = document.getElementById('choice-area');
    const option = (name, index) => element('option', { value: index }, name);
    const showAreas = () => {
        const history = histories[Number(runs.value)];
        areas.replaceChildren(...history.areas.map((area, index) => option(area.name, index)));
        areas.value = busiestArea(history);
        showChosen(history, Number(areas.value));
    };
    if (!histories.length) {
        showChosen(null, 0);
        return;
    }
    const reference = results.comparisons.length ? results.comparisons[0].reference : null;
    runs.append(...histories.map((history, index) => option(history.label, index)));
    runs.value = Math.max(0, histories.findIndex((history) => history.run || history.series === reference));
    runs.addEventListener('change', showAreas);
    areas.addEventListener('change', () => showChosen(histories[Number(runs.value)], Number(areas.value)));
    document.getElementById('choice').hidden = histories.length === 1 && histories[0].areas.length === 1;
    showAreas();
}

/** The switch goes from the system's theme to light, to dark, and back; a print is always light. */
function startTheme() {
    const button = document.getElementById('theme');
    const themes = [['as the system', 'light dark'], ['light', 'light'], ['dark', 'dark']];
    let current = 0;
    const apply = (scheme) => {
        document.documentElement.style.colorScheme = scheme;
        if (map) map.layOut();
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

/** A page of sweeps alone has nothing of single runs, and the others nothing of sweeps. */
function dropParts() {
    const hasOthers = results.all.length > results.sweeps.length;
    const idle = [...(results.sweeps.length ? [] : ['sweep']),
        ...(hasOthers ? [] : ['map', 'anatomy', 'time', 'latency', 'success'])];
    for (const id of idle) {
        document.getElementById(id).hidden = true;
        document.querySelector(`nav a[href="#${id}"]`).remove();
    }
}

dropParts();
showVerdicts(document.getElementById('verdict'), results);
showSweeps(document.getElementById('sweep'), results.sweeps);
fillChoice();
showLatencies(document.getElementById('latency'), histories);
showSuccess(document.getElementById('success'), results);
showReproduction(document.getElementById('reproduce'), results);
startTheme();
document.documentElement.dataset.ready = Math.round(performance.now());
