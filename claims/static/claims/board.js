/* The board's script: cards are moved by mouse, by keyboard, or from the list of their steps. What a
   card may do stands on it (data-moves); the server decides, and its answer brings the card back as
   it is, wherever that is. */

const board = document.getElementById("board");
const problem = document.getElementById("board-problem");
const said = document.getElementById("board-said");
const dialog = document.getElementById("board-dialog");
const form = dialog.querySelector("form");
const token = board.querySelector("[name=csrfmiddlewaretoken]").value;

let held = null; // the card that is being moved, by mouse or by keyboard
let target = null; // the column it would be dropped on
let busy = false; // a step is on its way to the server

const places = () => [...board.querySelectorAll("[data-state][data-label]")];
const placeOf = (card) => board.querySelector(`.board-column[data-state="${card.dataset.state}"]`);
const cardsIn = (column) => [...column.querySelectorAll(".board-card")];
const labelOf = (place) => place.dataset.label;
const movesOf = (card) => JSON.parse(card.dataset.moves);
const claimOf = (card) => card.querySelector(".board-card__claim").textContent.trim();
const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;

/* ------------------------------------------------------------------------- what is told */

function say(text) {
    said.textContent = "";
    // A message that is the same as the one before is read out again only if it was gone meanwhile.
    requestAnimationFrame(() => {
        said.textContent = text;
    });
}

function complain(text, page = "") {
    problem.replaceChildren(text);
    if (page) {
        const link = document.createElement("a");
        link.href = page;
        link.textContent = "Open the claim";
        link.className = "text-link";
        problem.append(" ", link);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "nr-button nr-button--plain";
    close.textContent = "Close";
    close.addEventListener("click", hush);
    problem.append(" ", close);
    problem.hidden = false;
}

function hush() {
    problem.hidden = true;
    problem.replaceChildren();
}

/* ------------------------------------------------------------------------- holding a card */

/* The steps that lead to a column; those that are not possible too, since they say why. */
const stepsTo = (card, place) => movesOf(card).filter((one) => one.target === place.dataset.state);

function refusalOf(card, place) {
    const steps = stepsTo(card, place);
    if (steps.length === 0) {
        return `No step leads from “${labelOf(placeOf(card) ?? card)}” to “${labelOf(place)}”.`;
    }
    return steps.some((one) => !one.whyNot) ? "" : steps[0].whyNot;
}

function pickUp(card) {
    held = card;
    target = placeOf(card);
    card.classList.add("is-held");
    for (const place of places()) {
        const here = place.dataset.state === card.dataset.state;
        place.classList.toggle("is-possible", !here && !refusalOf(card, place));
        place.classList.toggle("is-impossible", !here && Boolean(refusalOf(card, place)));
    }
}

function putDown() {
    held?.classList.remove("is-held");
    held = null;
    target = null;
    for (const place of places()) {
        place.classList.remove("is-possible", "is-impossible", "is-target");
    }
}

function aimAt(place) {
    target = place;
    for (const one of places()) {
        one.classList.toggle("is-target", one === place);
    }
}

function drop() {
    const card = held;
    const place = target;
    putDown();
    if (!card || !place || place.dataset.state === card.dataset.state) {
        say("Put back.");
        card?.focus();
        return;
    }
    const refusal = refusalOf(card, place);
    if (refusal) {
        complain(refusal);
        card.focus();
        return;
    }
    const possible = stepsTo(card, place).filter((one) => !one.whyNot);
    if (possible.length === 1) {
        take(card, possible[0]);
    } else {
        offer(card, possible);
    }
}

/* ------------------------------------------------------------------------- the dialog */

function openDialog(card, title, action) {
    dialog.querySelector("#board-dialog-title").textContent = title;
    dialog.querySelector(".board-dialog__claim").textContent = claimOf(card);
    dialog.querySelector(".board-dialog__steps").replaceChildren();
    dialog.querySelector("#board-dialog-problem").textContent = "";
    const text = dialog.querySelector("textarea");
    const asks = action !== null;
    text.hidden = !asks;
    text.value = "";
    dialog.querySelector(".board-dialog__comment").hidden = !asks;
    const go = form.querySelector("[value=go]");
    go.hidden = !asks;
    go.textContent = action ?? "";
    dialog.returnValue = "cancel";
    dialog.showModal();
    return text;
}

/* Ask for what the step needs; null if the person thinks better of it. */
function ask(card, step) {
    const text = openDialog(card, step.label, step.label);
    const label = step.reason ? "Why do you verify your own check? This is kept on record." : "Comment";
    dialog.querySelector(".board-dialog__comment").textContent = label;
    text.focus();
    return new Promise((resolve) => {
        const decide = () => {
            if (dialog.open) {
                return; // told late: it is open again for something else
            }
            if (dialog.returnValue === "go" && !text.value.trim()) {
                dialog.querySelector("#board-dialog-problem").textContent = "Write something first.";
                dialog.returnValue = "cancel";
                dialog.showModal();
                text.focus();
                return;
            }
            dialog.removeEventListener("close", decide);
            resolve(dialog.returnValue === "go" ? text.value.trim() : null);
        };
        dialog.addEventListener("close", decide);
    });
}

/* The list of a card's steps: all that mouse and arrow keys do, as buttons. */
function offer(card, steps = movesOf(card)) {
    openDialog(card, steps.length ? "Steps" : "No step leads on from here", null);
    const list = dialog.querySelector(".board-dialog__steps");
    let chosen = null;
    for (const step of steps) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "nr-button nr-button--plain";
        button.textContent = step.page ? `${step.label} …` : step.label;
        button.disabled = Boolean(step.whyNot);
        button.addEventListener("click", () => {
            chosen = step;
            dialog.close("cancel");
        });
        const row = document.createElement("p");
        row.append(button);
        if (step.whyNot) {
            const why = document.createElement("span");
            why.className = "nr-note";
            why.textContent = step.whyNot;
            row.append(" ", why);
        }
        list.append(row);
    }
    (list.querySelector("button:not(:disabled)") ?? form.querySelector("[value=cancel]")).focus();
    const follow = () => {
        if (dialog.open) {
            return; // the close of the dialog before this one, told late
        }
        dialog.removeEventListener("close", follow);
        card.focus();
        if (chosen) {
            take(card, chosen);
        }
    };
    dialog.addEventListener("close", follow);
}

/* ------------------------------------------------------------------------- taking a step */

async function take(card, step) {
    if (step.page) {
        location.assign(step.page); // readers see what it does: there is more to say than a comment
        return;
    }
    let typed = "";
    if (step.comment || step.reason) {
        typed = await ask(card, step);
        if (typed === null) {
            say("Put back.");
            card.focus();
            return;
        }
    }
    hush();
    card.classList.add("is-waiting");
    busy = true;
    const answer = await send(card, step, typed);
    busy = false;
    card.classList.remove("is-waiting");
    if (answer.card) {
        settle(card, answer);
    } else {
        card.focus();
    }
    if (answer.ok) {
        say(answer.message);
    } else {
        complain(answer.message, answer.page);
    }
}

async function send(card, step, typed) {
    const fields = { step: step.name, version: card.dataset.version };
    fields[step.reason ? "reason" : "comment"] = typed;
    try {
        const response = await fetch(board.dataset.step.replace("/0/", `/${card.dataset.id}/`), {
            method: "POST",
            headers: { "X-CSRFToken": token },
            body: new URLSearchParams(fields),
        });
        if (response.redirected) {
            return { ok: false, message: "You are signed out. Sign in again in another tab, then try again." };
        }
        if (!response.ok) {
            return { ok: false, message: `The server could not do this (error ${response.status}). The card is where it was.` };
        }
        return await response.json();
    } catch {
        return { ok: false, message: "The server cannot be reached. The card is where it was." };
    }
}

/* Put the card where the server says that it is. */
function settle(old, answer) {
    const template = document.createElement("template");
    template.innerHTML = answer.card.trim();
    const card = template.content.firstElementChild;
    if (answer.state === old.dataset.state) {
        old.replaceWith(card);
        card.focus();
        return;
    }
    const neighbour = old.nextElementSibling?.matches(".board-card") ? old.nextElementSibling : old.previousElementSibling;
    count(placeOf(old), -1);
    old.remove();
    const place = places().find((one) => one.dataset.state === answer.state);
    count(place, 1);
    const cards = place?.querySelector(".board-cards");
    if (!cards) {
        (neighbour?.matches(".board-card") ? neighbour : board.querySelector(".board-card"))?.focus();
        return;
    }
    cards.prepend(card);
    card.scrollIntoView({ block: "nearest", inline: "nearest", behavior: reduced ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
}

function count(place, change) {
    const shown = place?.querySelector(".board-count");
    if (shown && /^\d+$/.test(shown.textContent)) {
        shown.textContent = Number(shown.textContent) + change;
    }
}

/* ------------------------------------------------------------------------- mouse */

board.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".board-card");
    if (!card || busy) {
        event.preventDefault();
        return;
    }
    hush();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.id);
    pickUp(card);
});

board.addEventListener("dragover", (event) => {
    const place = event.target.closest?.("[data-state][data-label]");
    if (held && place) {
        event.preventDefault(); // it may be dropped here, if only to be told why not
        aimAt(place);
    }
});

board.addEventListener("drop", (event) => {
    const place = event.target.closest?.("[data-state][data-label]");
    if (held && place) {
        event.preventDefault();
        aimAt(place);
        drop();
    }
});

board.addEventListener("dragend", putDown);

board.addEventListener("click", async (event) => {
    const move = event.target.closest("[data-move]");
    if (move && !busy) {
        offer(move.closest(".board-card"));
        return;
    }
    const more = event.target.closest("[data-more]");
    if (more && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        await fetchMore(more);
    }
});

async function fetchMore(link) {
    try {
        const response = await fetch(link.dataset.more);
        if (!response.ok || response.redirected) {
            throw new Error();
        }
        const template = document.createElement("template");
        template.innerHTML = await response.text();
        const fresh = [...template.content.querySelectorAll(".board-card")];
        for (const card of fresh) {
            // What was moved meanwhile shifts the rest: no card is shown twice.
            if (document.getElementById(card.id)) {
                card.remove();
            }
        }
        const first = template.content.querySelector(".board-card");
        link.replaceWith(template.content);
        first?.focus();
        say(`${fresh.length} more.`);
    } catch {
        complain("The server cannot be reached; no more cards for now.");
    }
}

/* ------------------------------------------------------------------------- keyboard */

function step(list, from, by) {
    return list[Math.max(0, Math.min(list.length - 1, list.indexOf(from) + by))];
}

function walk(card, key) {
    if (key === "ArrowUp" || key === "ArrowDown") {
        step(cardsIn(placeOf(card)), card, key === "ArrowUp" ? -1 : 1).focus();
        return;
    }
    const filled = [...board.querySelectorAll(".board-column")].filter((one) => cardsIn(one).length);
    const next = step(filled, placeOf(card), key === "ArrowLeft" ? -1 : 1);
    const row = cardsIn(placeOf(card)).indexOf(card);
    const cards = cardsIn(next);
    cards[Math.min(row, cards.length - 1)].focus();
}

function aimByKey(key) {
    const list = places();
    const back = key === "ArrowLeft" || key === "ArrowUp";
    const place = step(list, target, back ? -1 : 1);
    aimAt(place);
    place.scrollIntoView({ block: "nearest", inline: "nearest" });
    const refusal = place.dataset.state === held.dataset.state ? "where it is" : refusalOf(held, place);
    say(`${labelOf(place)}${refusal ? `: ${refusal}` : ": possible"}`);
}

board.addEventListener("keydown", (event) => {
    const card = event.target.closest(".board-card");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey || busy) {
        return;
    }
    const arrow = event.key.startsWith("Arrow");
    if (held === card && (arrow || event.key === " " || event.key === "Escape" || event.key === "Enter")) {
        event.preventDefault();
        if (arrow) {
            aimByKey(event.key);
        } else if (event.key === "Escape") {
            putDown();
            say("Put back.");
        } else {
            drop();
        }
    } else if (event.key === " ") {
        event.preventDefault();
        hush();
        pickUp(card);
        aimAt(target);
        const possible = places().filter((place) => place.classList.contains("is-possible")).map(labelOf);
        say(`Picked up. ${possible.length ? `Possible: ${possible.join(", ")}.` : "No column is possible."}`);
    } else if (arrow) {
        event.preventDefault();
        walk(card, event.key);
    } else if (event.key === "Enter") {
        card.querySelector("a").click();
    } else if (event.key === "m") {
        offer(card);
    }
});

board.addEventListener("focusout", (event) => {
    // Whoever goes elsewhere has put the card down.
    if (held === event.target && !event.target.matches(":hover")) {
        putDown();
    }
});
