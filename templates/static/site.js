// What a page can do at once when scripts run. Without them everything is there all the same.
(async () => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // What is not found: in the language of the address, where a host has one page for all.
  const notFound = document.querySelector("[data-not-found]");
  if (notFound) {
    const [language] = location.pathname.slice(notFound.dataset.notFound.length).split("/");
    const sections = all("[data-language]", notFound);
    const index = sections.findIndex((section) => section.dataset.language === language);
    if (index === 0) for (const section of sections.slice(1)) section.remove();
    if (index > 0) {
      try {
        const answer = await fetch(`${notFound.dataset.notFound}${language}/404.html`);
        if (!answer.ok) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        root.lang = page.documentElement.lang;
        document.title = page.title;
        document.body.replaceWith(page.body);
      } catch {
        // All languages are as good.
      }
    }
  }
  const words = document.body.dataset;

  const button = (name, className) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = name;
    return made;
  };

  // Browsers give no clipboard to pages that did not come over HTTPS, and may refuse it to others: what is to be copied
  // is selected then, and where the old way does not copy it either, the reader's keys do.
  const copied = async (text, element) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      if (element) {
        getSelection().selectAllChildren(element);
        return document.execCommand("copy");
      }
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const isDone = document.execCommand("copy");
      area.remove();
      return isDone;
    }
  };

  // Copy buttons: beside the code, so that they stay where they are when it scrolls.
  const copier = (name, className, textOf, element) => {
    const copy = button(name, className);
    copy.addEventListener("click", async () => {
      copy.textContent = (await copied(textOf(), element)) ? words.copied : element ? words.copySelected : words.copyFailed;
      setTimeout(() => (copy.textContent = name), 3000);
    });
    copy.setAttribute("aria-live", "polite");
    return copy;
  };
  for (const code of all(".snippet > pre.code")) {
    code.after(copier(words.copy, "copy", () => code.textContent, code));
  }
  // Later snippets go on with those above, of which each is there once for every entry that failed elsewhere.
  const runs = all(".snippet[data-run]");
  const codeUpTo = (last) =>
    runs
      .slice(0, runs.indexOf(last) + 1)
      .map((one) => one.querySelector(":scope > pre.code:not([hidden])").textContent)
      .join("\n");
  for (const whole of all("[data-copy-code]")) {
    whole.replaceWith(copier(whole.textContent, "", () => codeUpTo(runs[runs.length - 1])));
  }
  for (const snippet of runs.slice(1)) {
    const codes = all(":scope > .copy", snippet);
    codes[codes.length - 1].after(copier(words.copyAll, "copy copy-all", () => codeUpTo(snippet)));
  }

  // Theme: as the system, light, dark.
  const themes = ["auto", "light", "dark"];
  const theme = document.querySelector("[data-theme-switch]");
  const showTheme = () => {
    const name = theme.dataset[root.dataset.theme || "auto"];
    theme.setAttribute("aria-label", name);
    theme.title = name;
  };
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // It holds for this page then.
    }
    showTheme();
  });
  showTheme();

  // Search: its script comes when somebody first looks for something.
  const dialog = document.querySelector("[data-search]");
  if (dialog) {
    const opener = document.querySelector("[data-search-open]");
    const field = dialog.querySelector("input");
    const box = dialog.querySelector("[data-search-box]");
    let loading;
    const attach = () => {
      loading ??= import(new URL(dialog.dataset.script, document.baseURI).href).then((search) => search.attach(box));
      loading.catch(() => {
        loading = undefined;
        for (const count of all("[data-count]", box)) count.textContent = dialog.dataset.failed;
        box.querySelector(".search-panel").hidden = false;
      });
    };
    field.addEventListener("focus", attach);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) box.dataset.entered = field.value;
    });
    const openSearch = () => {
      if (!dialog.open) dialog.showModal();
      field.focus();
      field.select();
    };
    opener.addEventListener("click", openSearch);
    dialog.querySelector("[data-search-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(); // outside of what is in it
    });
    document.addEventListener("keydown", (event) => {
      const { key, altKey, shiftKey } = event;
      const isHeld = event.ctrlKey || event.metaKey;
      const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
      const isAsked = isHeld ? key?.toLowerCase() === "k" && !shiftKey : key === "/" && !isTyping;
      if (!isAsked || altKey) return;
      event.preventDefault();
      openSearch();
    });
  }

  // The language that was chosen last, else the first of the browser's that is there.
  const memory = (change) => {
    try {
      return change(localStorage);
    } catch {
      return null; // Storage may be forbidden.
    }
  };
  for (const link of all(".languages a, .choices a")) {
    const language = link.closest("[lang]").lang;
    link.addEventListener("click", () => memory((storage) => storage.setItem("language", language)));
  }
  const choices = all(".choices [data-language]");
  if (choices.length) {
    const base = (tag) => tag.toLowerCase().split("-")[0];
    const asked = [memory((storage) => storage.getItem("language")), ...navigator.languages].filter(Boolean);
    const fits = (tag) => choices.find(({ lang }) => lang === tag) ?? choices.find(({ lang }) => base(lang) === base(tag));
    const own = asked.map(fits).find(Boolean);
    if (own) {
      own.classList.add("own");
      own.parentElement.prepend(own);
    }
  }

  // Languages: to the same section, with the same filters and the same entry.
  for (const link of all(".languages a")) {
    const go = () => {
      const url = new URL(link.href);
      url.hash = location.hash;
      if (document.querySelector("[data-found], [data-comparison], #Variant")) url.search = location.search;
      link.href = url.href;
    };
    for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, go);
  }

  // Entries: what is said of the chosen one is shown, and nothing of any other; its name stands in the code and the address.
  const select = document.getElementById("Variant");
  if (select) {
    const names = [...select.options].map((option) => option.value);
    const standard = [...select.options].find((option) => option.defaultSelected).value;
    const chosen = () => new URLSearchParams(location.search).get("entry");
    const named = (link) => new URLSearchParams(link.getAttribute("href").split("#")[0]).get("entry"); // also SVG's
    const choose = (name) => {
      const number = String(names.indexOf(name));
      select.value = name;
      for (const of of all("[data-entry]")) of.hidden = !of.dataset.entry.split(" ").includes(number);
      for (const place of all("[data-name]")) place.textContent = name;
      for (const link of all('a[href^="?entry="]')) {
        if (named(link) === name) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const follow = (name) => {
      const url = new URL(location.href);
      if (name === standard) url.searchParams.delete("entry");
      else url.searchParams.set("entry", name);
      history.replaceState(history.state, "", url);
      choose(name);
    };
    select.addEventListener("change", () => follow(select.value));
    for (const link of all('a[href^="?entry="]')) {
      link.addEventListener("click", (event) => {
        const name = named(link);
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button || !names.includes(name)) return;
        event.preventDefault();
        follow(name);
        document.getElementById("Sample").scrollIntoView();
        select.focus({ preventScroll: true });
      });
    }
    choose(names.includes(chosen()) ? chosen() : standard);
  }

  // Tables: sorted by the column whose head is pressed, back and forth.
  const collator = new Intl.Collator(root.lang, { numeric: true });
  const valueOf = (row, index) => {
    const cell = row.cells[index];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  for (const table of all("table[data-sortable]")) {
    const body = table.tBodies[0];
    all("thead th", table).forEach((head, index) => {
      const sort = button("", "sort");
      sort.title = words.sort;
      sort.append(...head.childNodes);
      head.append(sort);
      sort.addEventListener("click", () => {
        // Numbers begin with the largest, which is what one looks for.
        const isNumeric = head.classList.contains("numeric");
        const before = head.getAttribute("aria-sort") || (isNumeric ? "ascending" : "descending");
        const order = before === "ascending" ? "descending" : "ascending";
        const sign = order === "ascending" ? 1 : -1;
        for (const other of all("[aria-sort]", table)) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        const rows = [...body.rows].map((row) => [valueOf(row, index), row]);
        rows.sort(([a], [b]) => sign * compare(a, b));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  // Totals of the status page: one that is pressed leaves the models of its state.
  const totals = document.querySelector("[data-totals]");
  if (totals) {
    const showState = () => {
      const chosen = new URLSearchParams(location.search).get("state");
      for (const link of all("a", totals)) {
        const isChosen = link.dataset.state === chosen;
        link.href = isChosen ? location.pathname : `?state=${link.dataset.state}`;
        if (isChosen) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      for (const row of all(".status-page tbody tr")) row.hidden = Boolean(chosen) && row.dataset.state !== chosen;
    };
    totals.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      history.pushState(null, "", link.href);
      showState();
    });
    addEventListener("popstate", showState);
    showState();
  }

  // What stands beside a card is folded where there is no room beside it.
  const wide = matchMedia("(min-width: 64rem)");
  const fold = () => all(".fold").forEach((each) => (each.open = wide.matches));
  wide.addEventListener("change", fold);
  fold();
  root.classList.add("folded");

  // Contents: where the reader is.
  const entries = new Map(all(".contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...entries.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (headings.length) {
    let isWaiting = false;
    const mark = () => {
      isWaiting = false;
      const page = document.scrollingElement;
      const isAtEnd = page.scrollTop > 0 && page.scrollTop + innerHeight > page.scrollHeight - 2;
      const top = (heading) => heading.getBoundingClientRect().top;
      let current = headings.findLast((heading) => top(heading) < 120) ?? headings[0];
      if (isAtEnd) {
        // The last ones cannot come to the top: the one that was gone to, if it is in sight, else the last.
        const asked = headings.find((heading) => heading.id === decodeURIComponent(location.hash.slice(1)));
        current = asked && top(asked) >= 0 ? asked : headings.at(-1);
      }
      for (const [id, link] of entries) {
        if (id === current.id) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
    };
    const markSoon = () => {
      if (!isWaiting) requestAnimationFrame(mark);
      isWaiting = true;
    };
    for (const event of ["scroll", "resize", "hashchange"]) addEventListener(event, markSoon, { passive: true });
    mark();
  }
})();
