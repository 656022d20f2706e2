// The commands that make the results again.

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
        const { title, command, made_by: madeBy } = sentencesOf(result);
        parent.append(element('h3', {}, title));
        if (!command) {
            parent.append(without('The result does not contain the command that made it.'));
        } else {
            const pre = element('pre', { class: 'mono' }, command);
            parent.append(element('div', { class: 'command' }, pre, copyButton(command, pre)),
                element('p', { class: 'quiet' }, madeBy));
        }
        for (const plugin of result.plugins || []) {
            parent.append(element('p', { class: 'quiet' }, `${plugin.name}: ${plugin.id} ${plugin.version}, contents `,
                element('code', {}, plugin.content_hash)));
        }
    }
}
