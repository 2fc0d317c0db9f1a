// Keys, and choosing a passage by selecting it. Without this the page works by its buttons.

const page = document.getElementById("changes");
const text = document.getElementById("changes-new-text");
const form = document.querySelector("[data-choose]");

page.classList.add("is-live");
document.getElementById("changes-title")?.focus({ preventScroll: true });

/** Code points, which is what offsets count; JavaScript counts UTF-16 units. */
function points(string) {
    return Array.from(string).length;
}

/** Where the selection lies in the text, or null if it is not inside it. */
function selected() {
    const selection = window.getSelection();
    if (!text || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    let words = range.toString();
    const lead = words.length - words.trimStart().length;
    const start = points(before.toString()) + points(words.slice(0, lead));
    words = words.trim();
    return words ? { start, end: start + points(words), words } : null;
}

document.addEventListener("selectionchange", () => {
    if (!form) return;
    const found = selected();
    if (!found) return;
    form.elements.start.value = found.start;
    form.elements.end.value = found.end;
    form.querySelector("button").disabled = false;
    const shown = found.words.length > 140 ? `${found.words.slice(0, 140)}…` : found.words;
    form.querySelector("[data-chosen]").textContent = `Selected: “${shown}”`;
});

function open(id) {
    const details = document.getElementById(id);
    details.open = true;
    details.scrollIntoView({ block: "nearest" });
    text.focus();
}

page.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) open(opener.dataset.open);
});

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, button, a, summary, dialog")) return;
    const button = page.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
});
