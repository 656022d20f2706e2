// The results in the page, and the histories in them as one list.

function readResults() {
    const { results } = JSON.parse(document.getElementById('results').textContent);
    const of = (schema) => results.filter((result) => result.schema === schema);
    return {
        all: results, runs: of('devemu.run/1'), comparisons: of('devemu.compare/1'), sizes: of('devemu.size/1'),
        sweeps: of('devemu.sweep/2'),
    };
}

/** Obstacles by their numbers in a history. */
const OBSTACLE_NAMES = ['per_cpu', 'batched', 'locked', 'writeback', 'pinned', 'kernel', 'held', 'passed'];

/** Sums of what is before and each step. */
function sums(steps) {
    let sum = 0;
    return steps.map((step) => { sum += step; return sum; });
}

/** An area's history with instants instead of steps, and refusals one by one instead of in columns. */
function unpacked(area) {
    const { requests, releases } = area;
    return {
        ...area,
        requests: { ...requests, begin_ns: sums(requests.begin_step_ns) },
        releases: { ...releases, t_ns: sums(releases.step_ns) },
        anatomies: area.anatomies.map((anatomy) => ({
            ...anatomy,
            refusals: anatomy.refusals.first.map((first, index) => ({
                first, step: anatomy.refusals.step[index], windows: anatomy.refusals.windows[index],
                page: anatomy.refusals.page[index],
                obstacle: OBSTACLE_NAMES[anatomy.refusals.obstacle[index]] || 'passed',
            })),
        })),
    };
}

/** What a run is called: its scene, trace or plugins. */
function runName(run) {
    if (run.scene) return run.scene.name;
    if (run.trace) return run.trace.name;
    return run.plugins.map((plugin) => plugin.name).join(' + ') || 'run';
}

function runLabel(run) {
    return [runName(run), run.strategy, `seed ${seedText(run.seed)}`].filter(Boolean).join(', ');
}

/**
 * Everything that pages can be drawn from, one for each run: areas with their history where there is one,
 * else with the record's samples alone.
 */
function collectHistories(results) {
    const histories = [];
    for (const run of results.runs) {
        histories.push({
            label: runLabel(run), group: runName(run), series: run.strategy || runName(run),
            devices: run.devices.map((device) => device.name), run,
            areas: run.areas.map((record, index) => ({
                name: record.name, record, history: run.history ? unpacked(run.history.areas[index]) : null,
            })),
        });
    }
    for (const comparison of results.comparisons) {
        for (const one of comparison.histories || []) {
            histories.push({
                label: `${one.case}, ${one.strategy}, seed ${seedText(one.seed)}`, group: one.case,
                series: one.strategy, devices: one.devices, run: null,
                areas: one.areas.map((area) => ({ name: area.name, record: null, history: unpacked(area) })),
            });
        }
    }
    return histories;
}

/** The name of the device that a request was made for. */
function requester(history, device) {
    return device < 0 ? 'the strategy' : history.devices[device] || `device ${device + 1}`;
}

/** The area in which there is most to see comes first: one with failures, else with requests. */
function busiestArea(history) {
    const weight = ({ history: area }) => area ? area.anatomies.length * 1e6 + area.requests.device.length : -1;
    let best = 0;
    history.areas.forEach((area, index) => {
        if (weight(area) > weight(history.areas[best])) best = index;
    });
    return best;
}
