// The commands that make the results again.

/** A word as a shell takes it. */
function shellWord(word) {
    return /^[A-Za-z0-9\-_./:=,+@%]+$/.test(word) ? word : `'${word.split("'").join("'\\''")}'`;
}

function resultTitle(result) {
    switch (result.schema) {
    case 'devemu.run/1': return runLabel(result);
    case 'devemu.compare/1': {
        const cases = [...new Set(result.rows.map((row) => row.case))];
        return `comparison of ${listed(cases)}, against ${result.reference}`;
    }
    case 'devemu.sweep/2': return `sweep: ${sweepTitle(result)}, plan ${result.plan.hash.slice(0, 12)}`;
    default: return `size of the areas of ${result.name}, seeds from ${seedText(result.first_seed)}`;
    }
}

function copyButton(text, pre) {
    const button = element('button', { type: 'button' }, 'Copy');
    const say = (word) => {
        button.textContent = word;
        setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    };
    // Browsers that keep the clipboard from files get the text selected instead.
    const selectText = () => {
        getSelection().selectAllChildren(pre);
        say('Selected');
    };
    button.addEventListener('click', () => {
        if (!navigator.clipboard) return selectText();
        return navigator.clipboard.writeText(text).then(() => say('Copied'), selectText);
    });
    return button;
}

function showReproduction(parent, results) {
    for (const result of results.all) {
        parent.append(element('h3', {}, resultTitle(result)));
        if (!result.reproduce) {
            parent.append(without('This result does not say by which command it was made.'));
        } else {
            const text = result.reproduce.command.map(shellWord).join(' ');
            const pre = element('pre', { class: 'mono' }, text);
            parent.append(element('div', { class: 'command' }, pre, copyButton(text, pre)),
                element('p', { class: 'quiet' }, `made by ${result.reproduce.version}`));
        }
        for (const plugin of result.plugins || []) {
            parent.append(element('p', { class: 'quiet' }, `${plugin.name}: ${plugin.id} ${plugin.version}, contents `,
                element('code', {}, plugin.content_hash)));
        }
    }
}
