// Models side by side: which ones a reader chooses, and the table of those that an address names.
(() => {
  const MOST = 4;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // What is chosen lasts as long as the tab: ids and titles, in the order in which they were chosen.
  let fallback = [];
  const chosen = () => {
    try {
      return JSON.parse(sessionStorage.getItem("compare")) ?? [];
    } catch {
      return fallback;
    }
  };
  const keep = (models) => {
    fallback = models;
    try {
      sessionStorage.setItem("compare", JSON.stringify(models));
    } catch {
      // They hold for this page then.
    }
  };

  const bar = document.querySelector("[data-comparing]");
  if (bar) {
    const [names, link, clear] = bar.children;
    const page = link.getAttribute("href");
    const show = () => {
      const models = chosen();
      const isFull = models.length >= MOST;
      for (const box of all("[data-choose]")) {
        box.checked = models.some(([id]) => id === box.dataset.choose);
        box.disabled = isFull && !box.checked;
        box.parentElement.title = box.disabled ? bar.dataset.most : "";
      }
      bar.hidden = !models.length;
      names.textContent = models.map(([, title]) => title).join(" · ");
      link.href = `${page}?models=${models.map(([id]) => id).join(",")}`;
    };
    document.addEventListener("change", ({ target }) => {
      const id = target.dataset?.choose;
      if (!id) return;
      const others = chosen().filter(([other]) => other !== id);
      keep(target.checked ? [...others, [id, target.dataset.title]].slice(0, MOST) : others);
      show();
    });
    clear.addEventListener("click", () => {
      keep([]);
      show();
      document.querySelector("[data-choose]")?.focus();
    });
    // Rows come and go with filters; a page that is shown again may be older than what is chosen now.
    const list = document.querySelector(".found");
    if (list) new MutationObserver(show).observe(list, { childList: true, subtree: true });
    addEventListener("pageshow", show);
    show();
  }

  const place = document.querySelector("[data-comparison]");
  if (!place) return;
  const words = place.dataset;
  const told = place.querySelector("[data-told]");
  const toChoose = told.textContent;
  const made = (name, content = "", attributes = {}) => {
    const element = document.createElement(name);
    element.append(content);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  // A model's column stands in the first table of the page that compares it with others; links there are of that page.
  const columnOf = async (id) => {
    const address = new URL(`${words.models}${encodeURIComponent(id)}/${words.here}`, document.baseURI);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const table = page.querySelector(".compare table");
    for (const name of ["href", "src"]) {
      for (const element of all(`[${name}]`, table)) {
        element.setAttribute(name, new URL(element.getAttribute(name), address).href);
      }
    }
    const own = `[data-of="${CSS.escape(id)}"]`;
    const groups = new Map(
      all("tbody", table).map((group) => [
        group.dataset.group,
        { head: group.rows[0].textContent, rows: new Map(all("[data-row]", group).map((row) => [row.dataset.row, row])) },
      ]),
    );
    return { id, own, head: table.querySelector(`thead ${own}`), groups };
  };

  // Names of all columns in one order: what a column has and those before it lack stands behind what it has before it.
  const inOrder = (lists) => {
    const names = [];
    for (const list of lists) {
      let at = 0;
      for (const name of list) {
        const found = names.indexOf(name);
        if (found < 0) names.splice(at++, 0, name);
        else at = found + 1;
      }
    }
    return names;
  };

  const rowOf = (name, group, columns) => {
    const rows = columns.map((column) => column.groups.get(group)?.rows.get(name));
    const first = rows.find(Boolean);
    const row = made("tr");
    row.append(first.querySelector("th").cloneNode(true));
    const cells = rows.map((each, index) => each?.querySelector(columns[index].own).cloneNode(true) ?? made("td", words.unknown));
    const known = cells.filter((cell) => cell.dataset.value !== undefined);
    const values = known.map((cell) => Number(cell.dataset.value));
    const { better } = first.dataset;
    const best = better && known.length > 1 ? Math[better === "higher" ? "max" : "min"](...values) : undefined;
    for (const cell of cells) cell.classList.toggle("best", cell.dataset.value !== undefined && Number(cell.dataset.value) === best);
    row.append(...cells);
    return row;
  };

  const groupOf = (name, columns) => {
    const body = made("tbody");
    const owns = columns.map((column) => column.groups.get(name)).filter(Boolean);
    const rows = inOrder(owns.map(({ rows }) => [...rows.keys()])).map((row) => rowOf(row, name, columns));
    const isKnown = (row) => [...row.cells].slice(1).some((cell) => cell.textContent.trim() !== words.unknown);
    const head = made("tr", made("th", owns[0].head, { scope: "rowgroup", colspan: columns.length + 1 }), { class: "rows" });
    if (name === "output") {
      const [own, ...others] = [...rows[0].cells].slice(1);
      for (const cell of [own, ...others]) {
        cell.querySelector(".given")?.remove();
        if (!cell.dataset.names) continue;
        const isSame = cell !== own && cell.dataset.given === own.dataset.given;
        const title = columns[0].head.textContent.trim();
        const told = (isSame ? words.same : words.given).replace("{files}", cell.dataset.names).replace("{title}", title);
        cell.prepend(made("p", told, { class: "quiet given" }));
      }
    }
    body.append(head, ...rows.filter(isKnown));
    return body;
  };

  const headOf = (columns) => {
    const row = made("tr", made("td"));
    for (const { id, head } of columns) {
      const remove = made("button", words.remove, { type: "button", class: "remove", "aria-label": `${words.remove}: ${head.textContent}` });
      remove.addEventListener("click", () => {
        const url = new URL(location.href);
        url.searchParams.set("models", columns.filter((other) => other.id !== id).map((other) => other.id));
        history.pushState(null, "", url);
        show();
      });
      const cell = head.cloneNode(true);
      cell.removeAttribute("id");
      cell.append(remove);
      row.append(cell);
    }
    return made("thead", row);
  };

  let asked = 0;
  const show = async () => {
    const number = ++asked;
    const named = new URLSearchParams(location.search).get("models");
    const asks = named === null ? chosen().map(([id]) => id) : named.split(",").filter(Boolean);
    const ids = [...new Set(asks)].slice(0, MOST);
    const results = await Promise.allSettled(ids.map(columnOf));
    if (number !== asked) return;
    const columns = results.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
    const lost = ids.filter((_, index) => results[index].status === "rejected");
    keep(columns.map(({ id, head }) => [id, head.textContent.trim()]));
    told.textContent = lost.length ? words.lost.replace("{id}", lost.join(", ")) : toChoose;
    told.hidden = columns.length > 1 && !lost.length;
    place.querySelector(".compare")?.remove();
    if (!columns.length) return;
    const table = made("table", headOf(columns));
    const groups = inOrder(columns.map((column) => [...column.groups.keys()]));
    table.append(...groups.map((name) => groupOf(name, columns)));
    const attributes = { class: `table compare n${columns.length}`, role: "group", tabindex: "0", "aria-label": words.label };
    told.after(made("div", table, attributes));
  };
  addEventListener("popstate", show);
  show();
})();
