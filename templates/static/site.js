// What a page can do at once when scripts run. Without them everything is there all the same.
(() => {
  const root = document.documentElement;
  const words = document.body.dataset;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const button = (name, className) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = name;
    return made;
  };

  // Copy buttons: beside the code, so that they stay where they are when it scrolls.
  for (const code of all(".snippet > pre.code")) {
    const copy = button(words.copy, "copy");
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = words.copied;
      setTimeout(() => (copy.textContent = words.copy), 2000);
    });
    copy.setAttribute("aria-live", "polite");
    code.after(copy);
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

  // Languages: to the same section, with the same filters.
  for (const link of all(".languages a")) {
    const go = () => {
      const url = new URL(link.href);
      url.hash = location.hash;
      if (document.querySelector("[data-live]")) url.search = location.search;
      link.href = url.href;
    };
    for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, go);
  }

  // Variants: the entry's name in the sample.
  for (const choice of all(".variants")) {
    const select = choice.querySelector("select");
    let shown = choice.dataset.entry;
    const lead = document.querySelector(".lead");
    select.addEventListener("change", () => {
      const quoted = all("#Sample pre.code span").find((span) => span.textContent.includes(shown));
      if (!quoted) return;
      quoted.textContent = quoted.textContent.replace(shown, select.value);
      shown = select.value;
      if (lead) lead.hidden = shown !== choice.dataset.entry;
    });
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

  // Filters of the index: kept in the address, so that they can be sent to somebody and survive a reload.
  for (const link of all("[data-index] [data-filter]")) {
    link.href = `${link.closest("nav").dataset.index}?${link.dataset.filter}`;
  }
  const live = document.querySelector("[data-live]");
  if (live) {
    const PAGE = 100;
    const links = all("[data-filter]", live);
    const lists = new Map(links.map((link) => [link.dataset.filter, link.href]));
    const found = document.querySelector(".found");
    const list = found.querySelector(".models");
    const rows = [...list.children];
    const [count, clear, nothing, pager] = ["count", "clear", "nothing", "pager"].map((name) =>
      found.querySelector(`[data-${name}]`),
    );
    const whole = count.textContent;
    const choose = (key, value) => {
      const chosen = new URLSearchParams(location.search);
      const values = chosen.getAll(key);
      chosen.delete(key);
      // A model has several tags, and one field and state.
      const kept = key === "tag" ? values.filter((each) => each !== value) : [];
      for (const each of values.includes(value) ? kept : [...kept, value]) chosen.append(key, each);
      return chosen.size ? `?${chosen}` : location.pathname;
    };

    // Of an index of several pages, what is on the others comes when it is first filtered.
    const facets = live.dataset.facets && new URL(live.dataset.facets, document.baseURI);
    const files = {};
    const read = (name) =>
      (files[name] ??= fetch(new URL(name, facets)).then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      }));
    const matching = async (chosen) => {
      const { of } = await read(facets);
      const [first, ...others] = chosen.map((pair) => {
        let place = 0;
        return (of[pair.join("=")] ?? []).map((step) => (place += step));
      });
      const sets = others.map((other) => new Set(other));
      return first.filter((place) => sets.every((other) => other.has(place)));
    };
    const rowsAt = async (places) => {
      const { size, files } = await read(facets);
      const needed = [...new Set(places.map((place) => Math.floor(place / size)))];
      const parts = Object.fromEntries(
        await Promise.all(needed.map(async (part) => [part, (await read(files[part])).rows])),
      );
      const made = document.createElement("template");
      const html = places.map((place) => parts[Math.floor(place / size)][place % size]).join("");
      made.innerHTML = html.replaceAll("\0", live.dataset.root);
      return [...made.content.children];
    };

    let asked = 0;
    let places = [];
    const more = button("", "more");
    const append = async (number) => {
      const from = list.childElementCount;
      const added = await rowsAt(places.slice(from, from + PAGE));
      if (number !== asked) return;
      list.append(...added);
      sayMore();
      added[0].querySelector("a").focus();
    };
    const sayMore = () => {
      const left = Math.min(PAGE, places.length - list.childElementCount);
      more.hidden = left <= 0;
      more.textContent = (count.dataset.more ?? "").replace("{count}", left);
    };
    const say = (shown) => {
      count.textContent = (shown === 1 ? count.dataset.one : count.dataset.many).replace("{n}", shown.toLocaleString("en"));
      nothing.hidden = shown > 0;
    };
    const showWhole = () => {
      found.classList.remove("filtered", "waiting");
      list.replaceChildren(...rows);
      count.textContent = whole;
      pager.hidden = false;
      more.hidden = nothing.hidden = true;
    };
    const showFetched = async (chosen) => {
      const number = ++asked;
      if (!chosen.length) return showWhole();
      try {
        const all = await matching(chosen);
        const first = await rowsAt(all.slice(0, PAGE));
        if (number !== asked) return;
        places = all;
        list.replaceChildren(...first);
        pager.hidden = true;
        found.classList.add("filtered");
        found.classList.remove("waiting");
        say(places.length);
        sayMore();
      } catch {
        // Out of reach: the list of what was chosen last is a page of its own.
        if (number === asked) location.replace(lists.get(chosen.at(-1).join("=")) ?? location.pathname);
      }
    };
    const showHere = (chosen) => {
      for (const row of rows) {
        row.hidden = !chosen.every(([key, value]) => row.dataset[key].split(" ").includes(value));
      }
      say(rows.filter((row) => !row.hidden).length);
    };

    const show = () => {
      const chosen = [...new URLSearchParams(location.search)].filter(([key]) => ["tag", "task", "state"].includes(key));
      for (const link of links) {
        const [key, value] = link.dataset.filter.split("=");
        const isChosen = chosen.some(([k, v]) => k === key && v === value);
        if (isChosen) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
        link.href = choose(key, value);
      }
      clear.hidden = !chosen.length;
      if (facets) showFetched(chosen);
      else showHere(chosen);
    };
    const follow = (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      history.pushState(null, "", event.currentTarget.href);
      show();
    };
    for (const link of links) link.addEventListener("click", follow);
    clear.addEventListener("click", (event) => {
      follow(event);
      links[0].focus();
    });
    addEventListener("popstate", show);
    if (facets) {
      list.after(more);
      more.hidden = true;
      more.addEventListener("click", () => append(asked));
      if (location.search) found.classList.add("filtered", "waiting"); // before anything else is painted
    }
    show();
  }

  // Contents: where the reader is.
  const entries = new Map(all(".contents a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...entries.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (headings.length) {
    const seen = new IntersectionObserver(
      () => {
        const above = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
        const current = above.length ? above[above.length - 1] : headings[0];
        for (const [id, link] of entries) {
          if (id === current.id) link.setAttribute("aria-current", "location");
          else link.removeAttribute("aria-current");
        }
      },
      { rootMargin: "-110px 0px 0px", threshold: [0, 1] },
    );
    for (const heading of headings) seen.observe(heading);
  }
})();
