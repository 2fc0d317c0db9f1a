/* Comments without leaving the page, whose form may hold things not saved yet; and names to choose
   from after an @. Everything here is also a plain form. */
(() => {
    "use strict";

    const WAIT_MS = 120; // after the last key, before names are asked for

    /* --------------------------------------------------------------------------------- sending */

    async function send(form) {
        let answer;
        try {
            const response = await fetch(form.action, {
                method: "POST",
                headers: { "X-Comments": "1" },
                body: new FormData(form),
            });
            if (response.redirected || !response.ok) {
                throw new Error();
            }
            answer = await response.json();
        } catch {
            answer = { ok: false, message: "This was not saved: the server did not take it. Your text is still here; try again." };
        }
        const section = document.getElementById("comments");
        if (!answer.ok) {
            section.querySelector(".comments__problem").textContent = answer.message;
            return;
        }
        const begun = begunIn(section, form);
        const template = document.createElement("template");
        template.innerHTML = answer.html;
        section.replaceWith(template.content);
        prepare();
        begun.forEach(goOn);
        const comment = document.getElementById(`comment-${answer.comment}`);
        if (comment) {
            comment.tabIndex = -1;
            comment.focus();
        }
    }

    /* What was typed beside the form that is sent: another comment, or into others that are open. */
    function begunIn(section, sent) {
        return [...section.querySelectorAll("form[data-comments]")]
            .filter((form) => form !== sent && form.elements.text)
            .filter((form) => form.elements.text.value !== form.elements.text.defaultValue)
            .map((form) => ({
                address: form.getAttribute("action"),
                text: form.elements.text.value,
                // What the person saw when they began: if it is another by now, the server says so.
                seen: form.elements.seen?.value,
            }));
    }

    function goOn(begun) {
        const section = document.getElementById("comments");
        const form = section.querySelector(`form[action="${begun.address}"]`);
        if (!form) {
            section.querySelector(".comments__problem").textContent =
                `The comment that you were editing can no longer be edited. You had typed: ${begun.text}`;
            return;
        }
        form.elements.text.value = begun.text;
        if (form.elements.seen) {
            form.elements.seen.value = begun.seen;
        }
        form.closest("details")?.setAttribute("open", "");
    }

    document.addEventListener("submit", (event) => {
        if (event.target.matches("form[data-comments]")) {
            event.preventDefault();
            const button = event.target.querySelector("button[type=submit]");
            button.disabled = true; // a second click is not a second comment
            send(event.target).finally(() => {
                button.disabled = false;
            });
        }
    });

    /* ---------------------------------------------------------------------------------- names */

    class Names {
        constructor(field, number) {
            this.field = field;
            this.address = document.getElementById("comments").dataset.people;
            this.list = document.createElement("ul");
            this.list.className = "comments__people";
            this.list.id = `comments-people-${number}`;
            this.list.setAttribute("role", "listbox");
            this.list.setAttribute("aria-label", "Colleagues");
            this.list.hidden = true;
            const box = document.createElement("div");
            box.className = "comments__field";
            field.replaceWith(box);
            box.append(field, this.list);
            field.setAttribute("aria-autocomplete", "list");
            field.setAttribute("aria-controls", this.list.id);
            field.setAttribute("autocomplete", "off");
            field.addEventListener("input", () => this.typed());
            field.addEventListener("keydown", (event) => this.key(event));
            field.addEventListener("blur", () => this.close());
        }

        /* What is being typed after an @, up to the cursor; null if nothing is. */
        begun() {
            const before = this.field.value.slice(0, this.field.selectionStart);
            return /(?:^|[^\w.+@-])@([\w.+-]{0,50})$/.exec(before)?.[1] ?? null;
        }

        typed() {
            clearTimeout(this.timer);
            if (this.begun() === null) {
                this.close();
                return;
            }
            this.timer = setTimeout(() => this.ask(), WAIT_MS);
        }

        async ask() {
            const begun = this.begun();
            if (begun === null) {
                return;
            }
            let people = [];
            try {
                const response = await fetch(`${this.address}?q=${encodeURIComponent(begun)}`);
                people = (await response.json()).people;
            } catch {
                return; // a name can be typed, too
            }
            if (this.begun() === begun) {
                this.show(people);
            }
        }

        show(people) {
            this.list.replaceChildren(...people.map((one, number) => this.option(one, number)));
            this.list.hidden = people.length === 0;
            this.choose(0);
        }

        option(person, number) {
            const item = document.createElement("li");
            item.id = `${this.list.id}-${number}`;
            item.setAttribute("role", "option");
            item.dataset.username = person.username;
            const name = document.createElement("strong");
            name.textContent = `@${person.username}`;
            item.append(name, person.name);
            // Before the field loses the focus, which would close the list.
            item.addEventListener("mousedown", (event) => {
                event.preventDefault();
                this.take(item);
            });
            return item;
        }

        choose(number) {
            const items = [...this.list.children];
            this.chosen = items.length ? (number + items.length) % items.length : -1;
            items.forEach((item, index) => item.setAttribute("aria-selected", index === this.chosen));
            if (this.list.hidden) {
                this.field.removeAttribute("aria-activedescendant");
            } else {
                this.field.setAttribute("aria-activedescendant", items[this.chosen].id);
            }
        }

        take(item) {
            const begun = this.begun() ?? "";
            const end = this.field.selectionStart;
            this.field.setRangeText(`${item.dataset.username} `, end - begun.length, end, "end");
            this.close();
        }

        close() {
            clearTimeout(this.timer);
            this.list.hidden = true;
            this.field.removeAttribute("aria-activedescendant");
        }

        key(event) {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                this.field.form.requestSubmit();
                return;
            }
            if (this.list.hidden) {
                return;
            }
            const keys = {
                ArrowDown: () => this.choose(this.chosen + 1),
                ArrowUp: () => this.choose(this.chosen - 1),
                Enter: () => this.take(this.list.children[this.chosen]),
                Tab: () => this.take(this.list.children[this.chosen]),
                Escape: () => this.close(),
            };
            if (event.key in keys) {
                event.preventDefault();
                keys[event.key]();
            }
        }
    }

    function prepare() {
        document.querySelectorAll("#comments [data-mentions]").forEach((field, number) => new Names(field, number));
    }

    document.addEventListener("DOMContentLoaded", prepare);
})();
