// The results in the page, and the histories in them as one list.

/** What the page says of each result. */
const sentences = new WeakMap();
/** Names of obstacles and responses. */
const words = { obstacles: [], responses: [] };

function sentencesOf(result) {
    return sentences.get(result);
}

function readResults() {
    const { results, sentences: all, words: names } = JSON.parse(document.getElementById('results').textContent);
    results.forEach((result, index) => sentences.set(result, all[index]));
    Object.assign(words, names);
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

/** An area's history with instants instead of steps, refusals one by one instead of in columns, and sentences. */
function unpacked(area, said) {
    const { requests, releases } = area;
    return {
        ...area,
        requests: { ...requests, begin_ns: sums(requests.begin_step_ns) },
        releases: { ...releases, t_ns: sums(releases.step_ns) },
        anatomies: area.anatomies.map((anatomy, number) => ({
            ...anatomy, said: said[number],
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

/**
 * Everything that pages can be drawn from, one for each run: areas with their history where there is one,
 * else with the record's samples alone.
 */
function collectHistories(results) {
    const histories = [];
    for (const run of results.runs) {
        histories.push({
            label: sentencesOf(run).title, group: runName(run), series: run.strategy || runName(run),
            devices: run.devices.map((device) => device.name), run,
            areas: run.areas.map((record, index) => ({
                name: record.name, record, history: run.history ? unpacked(run.history.areas[index], sentencesOf(run).anatomies[0][index]) : null,
            })),
        });
    }
    for (const comparison of results.comparisons) {
        (comparison.histories || []).forEach((one, number) => {
            const said = sentencesOf(comparison).anatomies[number];
            histories.push({
                label: `${one.case}, ${one.strategy}, seed ${seedText(one.seed)}`, group: one.case,
                series: one.strategy, devices: one.devices, run: null,
                areas: one.areas.map((area, index) => ({
                    name: area.name, record: null, history: unpacked(area, said[index]),
                })),
            });
        });
    }
    return histories;
}

/** What an obstacle is called. */
function obstacleName(obstacle) {
    const found = words.obstacles.find((one) => one.obstacle === obstacle);
    return found ? found.name : obstacle;
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
