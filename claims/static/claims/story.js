/* A convenience: the passage and its card come into view together. All works without it. */
(() => {
    "use strict";

    const showPassage = () => {
        for (const passage of document.querySelectorAll(".passage.is-current")) {
            passage.classList.remove("is-current");
        }
        const match = /^#(candidate|passage)-(\d+)$/.exec(window.location.hash);
        if (!match) {
            return;
        }
        const passages = document.querySelectorAll(`.passage[data-candidates~="${match[2]}"]`);
        for (const passage of passages) {
            passage.classList.add("is-current");
        }
        // In one column the card is below the text: going to the passage would leave the card.
        const twoColumns = window.matchMedia("(min-width: 1100px)").matches;
        if (match[1] === "candidate" && twoColumns && passages.length) {
            const box = passages[0].getBoundingClientRect();
            if (box.top < 80 || box.bottom > window.innerHeight - 80) {
                window.scrollBy({ top: box.top - window.innerHeight / 3 });
            }
        }
    };

    window.addEventListener("hashchange", showPassage);
    window.addEventListener("load", showPassage);
})();
