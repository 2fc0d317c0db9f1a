/* The desk's script. The page is made of plain forms; this sends them in the background, keeps the
   next candidates ready, and gives everything a key. A candidate that was shown stays on this page as
   it was left, so that what somebody typed is still there when a decision is refused or fails. */

const AHEAD = 3; // candidates kept ready behind the one on screen
const KEPT = 30; // decided candidates and stories that are kept to go back to
const RENEW_MS = 45_000; // how often the candidates at hand are held for longer, while somebody works
const DOUBLE_CLICK_MS = 250; // a second click within this time selects a word
const IDLE_MS = 120_000; // after this long without a touch they are left to others

const desk = document.getElementById("desk");
const storyPlace = document.getElementById("desk-story");
const panelPlace = document.getElementById("desk-panel");
const problems = document.getElementById("desk-problems");
const lastLine = document.getElementById("desk-last");
const said = document.getElementById("desk-said");
const today = document.getElementById("desk-today");
const waiting = document.getElementById("desk-waiting");
const help = document.getElementById("desk-help");
const keysOn = document.getElementById("desk-keys-on");
const token = desk.querySelector("[name=csrfmiddlewaretoken]").value;

const items = []; // the candidates of this page, in the order in which they were or will be shown
const stories = new Map(); // revision → its text, as an element
let index = 0;
let fetching = false;
let exhausted = false;
let unsent = 0;
let chain = Promise.resolve(); // decisions reach the server one after the other, as they were made
let pressed = null; // when the key was pressed whose effect is being waited for
let touched = performance.now();
let going = null; // the timer that goes to a passage unless a second click follows

/* ------------------------------------------------------------------------------- the server */

async function ask(address, fields) {
    const options = { headers: { "X-Desk": "1" } };
    if (fields) {
        options.method = "POST";
        options.headers["X-CSRFToken"] = token;
        options.body = new URLSearchParams(desk.dataset.query);
        options.keepalive = true; // a decision is sent even when the page is being left
        for (const [name, value] of Object.entries(fields)) {
            options.body.set(name, value);
        }
    }
    let response;
    try {
        response = await fetch(address, options);
    } catch {
        throw new Error("The server cannot be reached.");
    }
    if (response.redirected) {
        throw new Error("You are signed out. Sign in again in another tab, then try again.");
    }
    if (!response.ok) {
        throw new Error(`The server could not do this (error ${response.status}).`);
    }
    return response.json();
}

const addressOf = (name, id) => desk.dataset[name].replace("/0/", `/${id}/`);

/* Run `work` after everything that was sent before. */
function inTurn(work) {
    unsent += 1;
    const result = chain.then(work).finally(() => {
        unsent -= 1;
    });
    chain = result.catch(() => {}); // what one could not do does not stop the next
    return result;
}

function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
}

function itemFrom(panel, title) {
    preparePanel(panel);
    return {
        id: Number(panel.dataset.id),
        revision: Number(panel.dataset.revision),
        open: "open" in panel.dataset,
        decided: false,
        stale: false,
        left: false, // to others: skipped or flagged
        title,
        panel,
    };
}

function unpack(answer) {
    for (const [revision, html] of Object.entries(answer.stories)) {
        stories.set(Number(revision), element(html));
    }
    return answer.items.map((one) => itemFrom(element(one.panel), one.title));
}

/* ------------------------------------------------------------------------------- what is shown */

function say(text) {
    said.textContent = "";
    // A message that is the same as the one before is read out again only if it was gone meanwhile.
    requestAnimationFrame(() => {
        said.textContent = text;
    });
}

function show(to) {
    index = Math.max(0, Math.min(to, items.length));
    const item = items[index];
    panelPlace.replaceChildren(item ? item.panel : placeholder());
    panelPlace.scrollTop = 0;
    if (item) {
        placeStory(item);
        history.replaceState(null, "", `?${desk.dataset.query}&candidate=${item.id}`);
    } else {
        history.replaceState(null, "", `?${desk.dataset.query}`);
    }
    panelPlace.querySelector("h2")?.focus({ preventScroll: true });
    if (item) {
        measure(); // and not the sign that one is being looked for: the key has had no effect yet
    }
    if (item?.stale) {
        refresh(item);
    }
    fill();
}

function placeholder() {
    const name = exhausted && !fetching ? "desk-empty" : "desk-loading";
    return document.getElementById(name).content.cloneNode(true);
}

function placeStory(item) {
    const story = stories.get(item.revision);
    if (!story) {
        storyPlace.replaceChildren();
        return;
    }
    if (storyPlace.firstElementChild !== story) {
        storyPlace.replaceChildren(story);
    }
    for (const one of story.querySelectorAll(".is-current")) {
        one.classList.remove("is-current");
        one.removeAttribute("aria-current");
    }
    for (const one of story.querySelectorAll(`[data-candidates~="${item.id}"], .ref[data-candidate="${item.id}"]`)) {
        one.classList.add("is-current");
    }
    story.querySelector(`.ref[data-candidate="${item.id}"]`)?.setAttribute("aria-current", "true");
    const first = story.querySelector(".passage.is-current");
    if (first) {
        const top = first.getBoundingClientRect().top - storyPlace.getBoundingClientRect().top;
        storyPlace.scrollTop += top - storyPlace.clientHeight / 3;
    }
}

/* For the benchmark: from the key to the frame that shows its effect. */
function measure() {
    if (pressed === null) {
        return;
    }
    const start = pressed;
    pressed = null;
    requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => performance.measure("desk-next", { start, end: performance.now() });
        channel.port2.postMessage(null);
    });
}

/* A candidate's passage in the text takes the look of its state. */
function mark(id, state) {
    const signs = { pending: "", accepted: "✓", rejected: "✕", merged: "⇥", superseded: "↻" };
    for (const story of stories.values()) {
        for (const one of story.querySelectorAll(`[data-candidate="${id}"]`)) {
            const base = one.classList.contains("ref") ? "ref" : "passage";
            for (const name of Object.keys(signs)) {
                one.classList.toggle(`${base}--${name}`, name === state);
            }
            if (base === "ref") {
                one.querySelector("span").textContent = signs[state];
                one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/, .*$/, `, ${state}`));
            }
        }
    }
}

function problem(message, { item = null, again = null } = {}) {
    const box = document.createElement("div");
    box.className = "notice notice--error";
    const text = document.createElement("p");
    text.textContent = item ? `${message} — “${item.title}”` : message;
    box.append(text);
    const button = (label, act) => {
        const one = document.createElement("button");
        one.type = "button";
        one.className = "button button--small";
        one.textContent = label;
        one.addEventListener("click", () => {
            box.remove();
            act();
        });
        box.append(one);
    };
    if (item) {
        button("Show it", () => goTo(item));
    }
    if (again) {
        button("Try again", again);
    }
    button("Dismiss", () => panelPlace.querySelector("h2")?.focus());
    problems.append(box);
}

/* ----------------------------------------------------------------------------- coming and going */

async function fill() {
    const ready = items.slice(index + 1).filter((one) => !one.decided).length;
    if (fetching || exhausted || ready >= AHEAD) {
        return;
    }
    fetching = true;
    let failed = false;
    try {
        const have = items.filter((one) => !one.decided || one.sending).map((one) => one.id);
        const answer = await ask(desk.dataset.take, { have: have.slice(-100), known: [...stories.keys()] });
        const known = new Set(items.map((one) => one.id));
        const fresh = unpack(answer).filter((one) => !known.has(one.id));
        items.push(...fresh);
        exhausted = fresh.length === 0;
    } catch (error) {
        failed = true;
        exhausted = true;
        problem(error.message, { again: lookAgain });
    }
    fetching = false;
    forget();
    if (!panelPlace.querySelector("[data-id]")) {
        show(index);
    } else if (!failed) {
        fill();
    }
}

/* Let go of what was decided long ago: the trail to go back on is long enough without it. */
function forget() {
    while (index > KEPT && items[0].decided && !items[0].sending) {
        items.shift();
        index -= 1;
    }
    const used = new Set(items.map((one) => one.revision));
    for (const revision of stories.keys()) {
        if (stories.size > KEPT && !used.has(revision)) {
            stories.delete(revision);
        }
    }
}

function lookAgain() {
    exhausted = false;
    show(items[index] ? index : items.length);
}

function next() {
    let to = index + 1;
    while (items[to]?.decided) {
        to += 1;
    }
    if (to >= items.length && exhausted) {
        exhausted = false; // something may have come in meanwhile
    }
    show(to);
}

function previous() {
    if (index > 0) {
        show(index - 1);
    } else {
        pressed = null;
        say("This is the first one.");
    }
}

function goTo(item) {
    const at = items.indexOf(item);
    if (at >= 0) {
        show(at);
    }
}

/* Put what the server sent on screen, before the one that is there now. */
function bring(answer) {
    for (const item of unpack(answer)) {
        const old = items.findIndex((one) => one.id === item.id);
        if (old >= 0) {
            items.splice(old, 1);
            if (old < index) {
                index -= 1;
            }
        }
        items.splice(index, 0, item);
        mark(item.id, item.panel.dataset.state);
    }
    show(index);
}

/* Read a candidate again that changed meanwhile, keeping what was typed. */
async function refresh(item) {
    const before = item.decided;
    try {
        const answer = await inTurn(() => ask(addressOf("show", item.id), {}));
        if (item.sending || item.decided !== before) {
            return; // decided while the answer was on its way
        }
        const [fresh] = unpack(answer);
        const typed = item.panel.querySelector("textarea[name=statement]");
        if (fresh && typed && typed.value !== typed.defaultValue) {
            const field = fresh.panel.querySelector("textarea[name=statement]");
            if (field) {
                field.value = typed.value;
            } else {
                const kept = document.createElement("p");
                kept.className = "notice notice--warning";
                kept.textContent = `You had typed: ${typed.value}`;
                fresh.panel.querySelector("h2").after(kept);
            }
        }
        Object.assign(item, { ...fresh, stale: false, decided: false });
        mark(item.id, item.panel.dataset.state);
        if (items[index] === item) {
            show(index);
        }
    } catch (error) {
        problem(error.message, { item });
    }
}

async function showCandidate(id, fields = {}) {
    const here = items.find((one) => one.id === id);
    if (here && here.open && !here.decided && !("take_over" in fields)) {
        goTo(here);
        return;
    }
    try {
        const answer = await inTurn(() => ask(addressOf("show", id), fields));
        bring(answer);
        if (answer.message) {
            say(answer.message);
        }
    } catch (error) {
        problem(error.message);
    }
}

/* ------------------------------------------------------------------------------------ decisions */

const STATES = { accept: "accepted", reject: "rejected", merge: "merged" };

function decide(item, fields) {
    if (!item || item.decided) {
        return;
    }
    if (!item.open) {
        pressed = null;
        say("This one is not open for a decision. It says why.");
        return;
    }
    item.decided = true;
    item.sending = true;
    mark(item.id, STATES[fields.action] ?? "pending");
    if (items[index] === item) {
        next();
    }
    inTurn(async () => {
        try {
            const answer = await ask(addressOf("decide", item.id), fields);
            if (answer.ok) {
                item.sending = false;
                item.stale = true;
                done(item, answer, fields.action);
            } else {
                comeBack(item, { stale: true });
                problem(answer.message, { item });
            }
        } catch (error) {
            comeBack(item, { stale: false });
            problem(error.message, { item, again: () => decide(item, fields) });
        }
        item.sending = false;
    });
}

function done(item, answer, action) {
    mark(item.id, answer.state);
    // Skipped or flagged: whoever goes back to it may decide at once.
    item.decided = action in STATES;
    item.left = !item.decided;
    lastLine.textContent = `${answer.message} “${item.title}”`;
    say(answer.message);
    if (items[index] === item) {
        refresh(item);
    }
    if (item.decided) {
        count(1);
    }
}

/* What the page loaded with, kept in step. “1,000+” stays what it is. */
function count(decided) {
    for (const [place, change] of [[today, decided], [waiting, -decided]]) {
        if (/^\d+$/.test(place.textContent)) {
            place.textContent = String(Math.max(0, Number(place.textContent) + change));
        }
    }
}

function comeBack(item, { stale }) {
    item.decided = false;
    item.stale = stale;
    mark(item.id, "pending");
}

function undo() {
    pressed = null;
    say("Undoing …");
    inTurn(async () => {
        try {
            const answer = await ask(desk.dataset.undo, {});
            if (answer.ok) {
                count(-1);
                lastLine.textContent = answer.message;
                bring(answer);
                say(answer.message);
            } else {
                problem(answer.message);
            }
        } catch (error) {
            problem(error.message, { again: undo });
        }
    });
}

/* --------------------------------------------------------------------------- selecting a passage */

/* A piece of the story as it is stored. A sign for a character that cannot be seen stands for that
   character; the numbers before passages are not part of the text. */
function textOf(piece) {
    const copy = piece.cloneNode(true);
    for (const number of copy.querySelectorAll(".ref")) {
        number.remove();
    }
    for (const sign of copy.querySelectorAll(".unseen")) {
        sign.replaceWith(String.fromCodePoint(Number.parseInt((sign.title || "U+FFFD").slice(2), 16)));
    }
    return copy.textContent;
}

/* In code points, as the server counts. */
const lengthOf = (piece) => [...textOf(piece)].length;

/* Where a border of the selection is in the text: each piece of it says where it starts. */
function offsetOf(body, node, at) {
    let end = 0;
    for (const piece of body.querySelectorAll("[data-start]")) {
        const range = document.createRange();
        range.selectNodeContents(piece);
        const start = Number(piece.dataset.start);
        const where = range.comparePoint(node, at);
        if (where < 0) {
            return start;
        }
        if (where === 0) {
            range.setEnd(node, at);
            return start + lengthOf(range.cloneContents());
        }
        end = start + lengthOf(piece);
    }
    return end;
}

function addSelected() {
    pressed = null;
    const selection = window.getSelection();
    const body = storyPlace.querySelector(".story-body");
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    if (!body || !range || range.collapsed || !range.intersectsNode(body)) {
        say("Select the words in the story first, then press n.");
        lastLine.textContent = "Select the words in the story first, then press n.";
        return;
    }
    const fields = {
        revision: storyPlace.firstElementChild.dataset.revision,
        start: offsetOf(body, range.startContainer, range.startOffset),
        end: offsetOf(body, range.endContainer, range.endOffset),
        text: textOf(range.cloneContents()),
    };
    selection.removeAllRanges();
    inTurn(async () => {
        try {
            const answer = await ask(desk.dataset.add, fields);
            if (!answer.ok) {
                problem(answer.message);
                return;
            }
            bring(answer);
            lastLine.textContent = answer.message;
            say(answer.message);
        } catch (error) {
            problem(error.message);
        }
    });
}

/* ------------------------------------------------------------------------------ looking things up */

/* A field that offers what is found for its text. `chosen` is told the option's value and text. */
function offer(input, address, chosen) {
    const list = input.parentElement.querySelector("[role=listbox]");
    let options = [];
    let active = -1;
    let timer = null;
    let asked = 0;

    const close = () => {
        list.hidden = true;
        active = -1;
        input.setAttribute("aria-expanded", "false");
        input.removeAttribute("aria-activedescendant");
    };
    const activate = (to) => {
        active = (to + options.length) % options.length;
        for (const [number, option] of [...list.children].entries()) {
            option.setAttribute("aria-selected", String(number === active));
        }
        input.setAttribute("aria-activedescendant", list.children[active].id);
    };
    const choose = (number) => {
        const option = options[number];
        close();
        chosen(option);
    };
    const look = async () => {
        const turn = (asked += 1);
        const text = input.value.trim();
        try {
            const answer = text ? await ask(`${address}?q=${encodeURIComponent(text)}`) : { options: [] };
            if (turn !== asked) {
                return;
            }
            options = answer.options;
        } catch (error) {
            options = [];
            problem(error.message);
        }
        list.replaceChildren(
            ...options.map((option, number) => {
                const one = document.createElement("li");
                one.id = `${list.id}-${number}`;
                one.setAttribute("role", "option");
                one.setAttribute("aria-selected", "false");
                const more = document.createElement("span");
                more.className = "cell-more";
                more.textContent = ` ${option.more}`;
                one.append(option.text, more);
                // Before the field loses the focus, and with it its list.
                one.addEventListener("mousedown", (event) => {
                    event.preventDefault();
                    choose(number);
                });
                return one;
            }),
        );
        list.hidden = options.length === 0;
        input.setAttribute("aria-expanded", String(options.length > 0));
        if (options.length) {
            activate(0);
        } else if (text) {
            say("Nothing found.");
        }
    };
    input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(look, 120);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
        if (event.isComposing) {
            return;
        }
        if (event.key === "ArrowDown" && !list.hidden) {
            activate(active + 1);
        } else if (event.key === "ArrowUp" && !list.hidden) {
            activate(active - 1);
        } else if (event.key === "Enter" && !list.hidden && active >= 0) {
            choose(active);
        } else if (event.key === "Escape" && !list.hidden) {
            close();
            event.stopPropagation();
        } else if (event.key !== "Enter" || input.name) {
            return; // a field with a name of its own may be sent as it is
        }
        event.preventDefault();
    });
}

function preparePanel(panel) {
    const speaker = panel.querySelector("[data-picker=sources]");
    if (speaker) {
        const [key, input] = speaker.querySelectorAll("input");
        let name = input.value;
        const set = (value, text) => {
            key.value = value;
            input.value = name = text;
        };
        offer(input, desk.dataset.sources, (option) => set(option.value, option.text));
        // What was typed and not chosen is nobody; an empty field says that there is no speaker.
        input.addEventListener("blur", () => (input.value.trim() ? set(key.value, name) : set("", "")));
        panel.querySelector("[data-new-source]")?.addEventListener("click", async (event) => {
            event.target.disabled = true;
            try {
                const answer = await ask(addressOf("source", panel.dataset.id), {});
                if (answer.ok) {
                    set(answer.value, answer.text);
                    event.target.parentElement.remove();
                    say(answer.message);
                } else {
                    problem(answer.message);
                }
            } catch (error) {
                event.target.disabled = false;
                problem(error.message);
            }
        });
    }
    const claim = panel.querySelector("[data-picker=claims] input");
    if (claim) {
        offer(claim, desk.dataset.claims, (option) => {
            decide(items[index], { action: "merge", claim: option.value });
        });
    }
}

/* ------------------------------------------------------------------------- keys, buttons and forms */

function openDetails(name) {
    pressed = null;
    const details = panelPlace.querySelector(`[data-details=${name}]`);
    if (details) {
        details.open = true;
        details.querySelector("input[type=text]").focus();
        details.scrollIntoView({ block: "nearest" });
    }
}

function leaveField() {
    for (const details of panelPlace.querySelectorAll("details[open]")) {
        details.open = false;
    }
    panelPlace.querySelector("h2")?.focus({ preventScroll: true });
}

function submitter(selector) {
    const button = panelPlace.querySelector(selector);
    if (button) {
        button.form.requestSubmit(button);
    }
}

const ACTIONS = {
    a: () => submitter("[data-action=accept] .button--accept"),
    s: () => submitter("[form=desk-skip]"),
    m: () => openDetails("merge"),
    f: () => openDetails("flag"),
    u: undo,
    j: next,
    k: previous,
    n: addSelected,
    e: () => {
        pressed = null;
        panelPlace.querySelector("textarea[name=statement]")?.focus();
    },
    x: () => {
        pressed = null;
        panelPlace.querySelector("[data-digit]")?.focus();
        say("Choose a reason by its number.");
    },
    "?": () => {
        pressed = null;
        help.showModal();
    },
};
const BUTTONS = {
    help: ACTIONS["?"],
    previous,
    next,
    add: addSelected,
    again: lookAgain,
};

document.addEventListener("keydown", (event) => {
    touched = performance.now();
    if (event.defaultPrevented || event.isComposing || event.altKey || help.open) {
        return;
    }
    const field = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (field) {
        if (event.key === "Escape" && panelPlace.contains(field)) {
            leaveField();
        } else if (event.key === "Enter" && event.ctrlKey && field.name === "statement") {
            pressed = event.timeStamp;
            ACTIONS.a();
            event.preventDefault();
        }
        return;
    }
    if (event.ctrlKey || event.metaKey || (!keysOn.checked && event.key !== "?")) {
        return;
    }
    const digit = panelPlace.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
    const act = digit ? () => reject(digit) : ACTIONS[event.key];
    // A key that is held down must not decide on a row of candidates.
    if (!act || (event.repeat && event.key !== "j" && event.key !== "k")) {
        return;
    }
    event.preventDefault();
    pressed = event.timeStamp;
    act();
});

/* “Other” needs a note: then the field for it comes first. */
function reject(button) {
    const note = button.form.elements.note;
    if (button.value === "other" && !note.value.trim()) {
        pressed = null;
        note.focus();
        say("Say in the note what the other reason is, then press Enter.");
    } else {
        button.form.requestSubmit(button);
    }
}

desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.do === "undo") {
        event.preventDefault();
        undo();
    } else if ("takeOver" in form.dataset) {
        event.preventDefault();
        showCandidate(items[index].id, { take_over: "1" });
    } else if (form.dataset.action) {
        event.preventDefault();
        const fields = Object.fromEntries(new FormData(form, event.submitter));
        delete fields.csrfmiddlewaretoken;
        if (fields.reason === "other" && !fields.note.trim()) {
            pressed = null;
            form.elements.note.focus();
            say("Say in the note what the other reason is, then press Enter.");
        } else if (form.dataset.action === "merge" && !/^\d+$/.test(fields.claim.trim())) {
            form.elements.claim.focus();
            say("Choose a claim from the list, or type its number.");
        } else {
            decide(items[index], fields);
        }
    }
});

// The button must not take the selection away that it is about.
desk.querySelector("[data-do=add]").addEventListener("mousedown", (event) => event.preventDefault());

desk.addEventListener("click", (event) => {
    touched = performance.now();
    const button = event.target.closest("[data-do], [data-open-details]");
    if (button?.dataset.openDetails) {
        openDetails(button.dataset.openDetails);
    } else if (button && button.dataset.do in BUTTONS) {
        BUTTONS[button.dataset.do]();
    }
    const passage = event.target.closest("#desk-story [data-candidate]");
    if (passage && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        clearTimeout(going);
        // Whoever selects words, by dragging or by a double click, does not want to go anywhere.
        going = setTimeout(() => {
            if (window.getSelection().isCollapsed) {
                showCandidate(Number(passage.dataset.candidate));
            }
        }, DOUBLE_CLICK_MS);
    }
});

/* ------------------------------------------------------------------------------ staying at it */

async function renew() {
    if (document.hidden || performance.now() - touched > IDLE_MS) {
        return;
    }
    const held = items.slice(Math.max(0, index - 5)).filter((one) => one.open && !one.decided && !one.left);
    if (!held.length) {
        return;
    }
    try {
        const answer = await ask(desk.dataset.renew, { ids: held.map((one) => one.id) });
        for (const { id, why } of answer.lost) {
            lose(items.find((one) => one.id === id && !one.decided), why);
        }
    } catch {
        // The next decision will say so, and loses nothing.
    }
}

/* Somebody else has it, or decided: what is on screen says so, what is only ready is let go. */
function lose(item, why) {
    if (!item) {
        return;
    }
    if (items[index] === item) {
        problem(why, { item });
        refresh(item);
    } else if (items.indexOf(item) > index) {
        items.splice(items.indexOf(item), 1);
    } else {
        item.stale = true;
    }
}

setInterval(renew, RENEW_MS);
document.addEventListener("visibilitychange", () => {
    touched = performance.now();
    renew();
});
document.addEventListener("pointerdown", () => {
    touched = performance.now();
});
window.addEventListener("beforeunload", (event) => {
    if (unsent) {
        event.preventDefault();
    }
});

keysOn.checked = localStorage.getItem("desk-keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("desk-keys", keysOn.checked ? "on" : "off"));

/* ---------------------------------------------------------------------------------------- begin */

const firstPanel = panelPlace.querySelector("[data-id]");
const firstStory = storyPlace.firstElementChild;
if (firstStory) {
    stories.set(Number(firstStory.dataset.revision), firstStory);
}
if (firstPanel) {
    const statement = firstPanel.querySelector("textarea[name=statement]")?.defaultValue;
    items.push(itemFrom(firstPanel, statement ?? firstPanel.querySelector(".desk-statement").textContent));
}
desk.classList.add("is-live");
show(0);
