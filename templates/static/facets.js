// What narrows lists of models: on the index a query and facets, at once; in the search's dialog the same. Without scripts the
// values of facets are links to lists of their own, and the whole index stands under the tasks of its models.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const made = (tag, name, text = "") => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
};
const digits = (number) => number.toLocaleString("en");

// What a file of facts tells (generator/rendering/list_files.py), ready to be asked. A choice is a list of kinds with a value
// each; places are those of models in the list of all.
export function facetsOf({ facets, of, models }) {
  const placesOf = (pair) => {
    let place = 0;
    return (of[pair] ?? []).map((step) => (place += step));
  };
  const sets = new Map();
  const setOf = (pair) => {
    if (!sets.has(pair)) sets.set(pair, new Set(placesOf(pair)));
    return sets.get(pair);
  };
  const whole = [...Array(models).keys()];
  const facet = (kind) => facets.find((each) => each.kind === kind);
  const narrowed = (chosen, within = whole) => {
    const needed = chosen.map((pair) => setOf(pair.join("=")));
    return within.filter((place) => needed.every((set) => set.has(place)));
  };
  return {
    facets,
    models,
    narrowed,
    // How many models would be left of these with each value chosen as well; or in the place of another, where a model has one.
    left(chosen, within) {
      const now = new Set(narrowed(chosen, within));
      const counts = new Map();
      for (const { kind, many, values } of facets) {
        const others = chosen.filter(([each]) => each !== kind);
        const among = many || others.length === chosen.length ? now : new Set(narrowed(others, within));
        for (const [value] of values) {
          const pair = `${kind}=${value}`;
          counts.set(pair, [...setOf(pair)].filter((place) => among.has(place)).length);
        }
      }
      return counts;
    },
    // The choice with a value that was not chosen, or without it.
    toggled(chosen, kind, value) {
      const kept = chosen.filter(([k, v]) => k !== kind || (facet(kind)?.many && v !== value));
      return chosen.some(([k, v]) => k === kind && v === value) ? kept : [...kept, [kind, value]];
    },
    // What an address asks for, be it offered or not.
    chosenIn: (parameters) => [...parameters].filter(([kind]) => facet(kind)),
    // What people call a value, whether lists offer it, and whether any model has it.
    told([kind, value]) {
      const { name, values } = facet(kind);
      const known = values.find(([each]) => each === value);
      return { facet: name, name: known?.[1] ?? value, isOffered: Boolean(known?.[2]), isKnown: Boolean(known) };
    },
  };
}

// The chosen values, each as something that takes it away.
export function chips(list, facets, chosen, words, removing) {
  list.replaceChildren(
    ...chosen.map((pair) => {
      const { facet, name } = facets.told(pair);
      const label = `${facet}${words.colon}${name}`;
      const remove = removing(pair);
      remove.append(label, made("span", "cross", "×"));
      remove.setAttribute("aria-label", words.remove.replace("{name}", label));
      const item = made("li");
      item.append(remove);
      return item;
    }),
  );
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

const isPlain = (event) => !(event.metaKey || event.ctrlKey || event.shiftKey || event.button);

function mark(link, isChosen, left) {
  link.querySelector(".number").textContent = digits(left);
  if (isChosen) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
  // What would leave nothing leads nowhere.
  const isOff = !left && !isChosen;
  if (isOff) link.removeAttribute("href");
  for (const [name, value] of [["role", "link"], ["aria-disabled", "true"]]) {
    if (isOff) link.setAttribute(name, value);
    else link.removeAttribute(name);
  }
}

// From the list of one value and from later pages of the index to the first, with this value and that of the link.
for (const nav of all("[data-index]")) {
  const chosen = nav.dataset.chosen;
  const kindOf = (pair) => pair.split("=")[0];
  for (const link of all("[data-filter]", nav)) {
    const pair = link.dataset.filter;
    const addsUp = chosen && (kindOf(pair) !== kindOf(chosen) || nav.dataset.many.split(" ").includes(kindOf(pair)));
    const asked = pair === chosen ? "" : `?${addsUp ? `${chosen}&` : ""}${pair}`;
    if (link.dataset.left) mark(link, pair === chosen, Number(link.dataset.left));
    if (link.getAttribute("aria-disabled") !== "true") link.href = nav.dataset.index + asked;
  }
}

function attachIndex(found) {
  const PAGE = 100;
  const words = found.dataset;
  const [count, chosenBox, clear, notOffered, nothing, pager, list] = ["count", "chosen", "clear", "not-offered", "nothing", "pager", "list"].map((name) =>
    found.querySelector(`[data-${name}]`),
  );
  const links = all(".filters [data-filter]").map((link) => ({ link, place: link.getAttribute("href") }));
  const sort = document.getElementById("Sort");
  const box = document.querySelector("[data-list-search]");
  const input = box?.querySelector("input");
  const dialog = document.querySelector("dialog[data-search]")?.dataset;

  // What stands here when nothing is chosen.
  const sections = [...list.children];
  const stand = all("li", list).filter((row) => row.parentElement.matches(".models")).map((row) => [row, row.parentElement]);
  const whole = count.textContent;
  const counts = links.map(({ link }) => link.querySelector(".number").textContent);
  const flat = made("ul", "models");
  const heading = made("h2", "visually-hidden", document.querySelector("h1").textContent);

  // Of an index of one page all is here; of several, what is on the others comes when it is first narrowed.
  const isHere = words.facts.startsWith("{");
  const address = isHere || new URL(words.facts, document.baseURI);
  const here = isHere && new Map(JSON.parse(words.places).map((place, index) => [place, stand[index][0]]));
  const files = {};
  const fetched = (name) => {
    files[name] ??= read(new URL(name, address));
    files[name].catch(() => delete files[name]); // the network may be back at the next choice
    return files[name];
  };
  let facts;
  const loadFacts = async () => {
    const told = isHere ? JSON.parse(words.facts) : await fetched(address);
    facts ??= { ...told, ...facetsOf(told) };
  };
  const rowsAt = async (places) => {
    if (isHere) return places.map((place) => here.get(place));
    const { size, files: names } = facts;
    const needed = [...new Set(places.map((place) => Math.floor(place / size)))];
    const parts = Object.fromEntries(await Promise.all(needed.map(async (part) => [part, (await fetched(names[part])).rows])));
    const template = made("template");
    template.innerHTML = places.map((place) => parts[Math.floor(place / size)][place % size]).join("").replaceAll("\0", words.root);
    return [...template.content.children];
  };

  let asked = 0;
  // Of what was asked for last, titles are found at once: what comes later takes their place.
  let early = 0;
  let shown = [];
  // Enter was pressed while models were still being found.
  let isOpening = false;
  const more = made("button", "more");
  more.type = "button";
  list.after(more);
  more.addEventListener("click", async () => {
    const [number, from] = [asked, flat.childElementCount];
    const added = await rowsAt(shown.slice(from, from + PAGE));
    if (number !== asked || from !== flat.childElementCount) return; // it was pressed twice
    flat.append(...added);
    sayMore();
    added[0].querySelector("a").focus();
  });
  const sayMore = () => {
    const left = Math.min(PAGE, shown.length - flat.childElementCount);
    more.hidden = left <= 0;
    more.textContent = words.more.replace("{count}", left);
  };

  const addressOf = (chosen, query, order) => {
    const parameters = new URLSearchParams([...chosen, ...(query ? [["q", query]] : []), ...(order ? [["sort", order]] : [])]);
    return parameters.size ? `?${parameters}` : location.pathname;
  };
  const state = () => {
    const parameters = new URLSearchParams(location.search);
    const order = parameters.get("sort");
    return {
      parameters,
      query: (input && parameters.get("q")?.trim()) ?? "",
      order: sort && [...sort.options].some(({ value }) => value === order) ? order : "",
      mayBeChosen: [...parameters.keys()].some((name) => name !== "q" && name !== "sort"),
    };
  };

  const showWhole = () => {
    found.ariaBusy = "false";
    isOpening = false;
    found.classList.remove("filtered", "waiting");
    for (const [row, parent] of stand) parent.append(row);
    list.replaceChildren(...sections);
    count.textContent = whole;
    if (pager) pager.hidden = false;
    more.hidden = nothing.hidden = chosenBox.hidden = true;
    links[0]?.link.closest("nav").removeAttribute("tabindex");
    links.forEach(({ link }, index) => {
      mark(link, false, 1);
      link.querySelector(".number").textContent = counts[index];
      link.href = addressOf([link.dataset.filter.split("=")], "", "");
    });
  };

  // Where a filter leads to: this choice with its value, or without where it was chosen.
  const addressWith = (link, chosen, { query, order }) => addressOf(facts.toggled(chosen, ...link.dataset.filter.split("=")), query, order);

  const showChoice = (chosen, asks, left) => {
    const { query, order } = asks;
    for (const { link } of links) {
      link.href = addressWith(link, chosen, asks);
      mark(link, chosen.some((each) => each.join("=") === link.dataset.filter), left.get(link.dataset.filter));
    }
    // What scrolls can be reached by the keyboard also where none of its links leads anywhere.
    const nav = links[0]?.link.closest("nav");
    if (links.some(({ link }) => link.hasAttribute("href"))) nav?.removeAttribute("tabindex");
    else nav?.setAttribute("tabindex", "0");
    chosenBox.hidden = !chosen.length && !query;
    clear.href = addressOf([], "", order);
    chips(chosenBox.querySelector("ul"), facts, chosen, words, (pair) => {
      const chip = made("a");
      chip.href = addressOf(chosen.filter((each) => each !== pair), query, order);
      return chip;
    });
    const told = chosen.map((pair) => facts.told(pair)).filter(({ isOffered }) => !isOffered);
    notOffered.textContent = told.map(({ name, isKnown }) => (isKnown ? words.notOffered : words.unknown).replace("{name}", name)).join(" ");
    notOffered.hidden = !told.length;
  };

  // These of all models, under the choice and in the order of the address.
  const showThese = async (number, chosen, asks, { places, instead } = {}, isLast = true) => {
    // Behind the models a search also finds guides, which are in no list.
    let matches = facts.narrowed(chosen, places?.filter((place) => place < facts.models));
    if (asks.order) {
      const kept = new Set(matches);
      matches = facts.orders[asks.order].filter((place) => kept.has(place));
    }
    const rows = await rowsAt(matches.slice(0, PAGE));
    if (number !== asked) return;
    // Whoever has gone on to one of them, or presses the mouse on it, keeps it.
    if (early === number && flat.contains(document.activeElement)) {
      found.ariaBusy = "false";
      isOpening = false;
      return;
    }
    if (!isLast) early = number;
    shown = matches;
    showChoice(chosen, asks, facts.left(chosen, places));
    const at = document.activeElement?.closest("[data-list] h3 a")?.href;
    flat.replaceChildren(...rows);
    list.replaceChildren(heading, flat);
    // Whoever had gone on to a title of what was there before is still there, or where one types.
    if (at) (all("h3 a", flat).find((link) => link.href === at) ?? input)?.focus();
    if (pager) pager.hidden = true;
    found.classList.add("filtered");
    found.classList.remove("waiting");
    const text = instead && shown.length ? dialog.instead : shown.length === 1 ? words.one : words.many;
    count.textContent = text.replace(/\{n\}|\{count\}/, digits(shown.length)).replace("{query}", asks.query).replace("{instead}", instead);
    nothing.hidden = shown.length > 0 || !isLast;
    sayMore();
    if (!isLast) return;
    found.ariaBusy = "false";
    if (isOpening && !instead) flat.querySelector("h3 a")?.click(); // what was not asked for is looked at first
    isOpening = false;
  };

  const findThese = async (number, chosen, asks) => {
    const search = await import(new URL(dialog.script, document.baseURI).href);
    const first = (answer) => number === asked && showThese(number, chosen, asks, answer, false);
    return search.matches(asks.query, first, () => number === asked);
  };

  const show = async () => {
    const number = ++asked;
    isOpening = false;
    const asks = state();
    if (input && input.value.trim() !== asks.query) input.value = asks.query;
    if (sort) {
      sort.value = asks.order;
      const standard = sort.options[0];
      standard.dataset.name ??= standard.textContent;
      standard.textContent = asks.query ? standard.dataset.match : standard.dataset.name;
    }
    if (!asks.query && !asks.order && !asks.mayBeChosen) return showWhole();
    found.ariaBusy = "true";
    let chosen = [];
    try {
      await loadFacts();
      if (number !== asked) return;
      chosen = facts.chosenIn(asks.parameters);
      // Whoever presses a filter before anything is found keeps what was asked for.
      for (const { link } of links) {
        if (link.hasAttribute("href")) link.href = addressWith(link, chosen, asks);
      }
      if (!asks.query && !asks.order && !chosen.length) return showWhole();
      const answer = asks.query ? await findThese(number, chosen, asks) : {};
      if (number === asked && answer) await showThese(number, chosen, asks, answer);
    } catch {
      if (number !== asked) return;
      const last = chosen.at(-1)?.join("=") ?? [...asks.parameters].map((pair) => pair.join("=")).at(-1);
      const own = links.find(({ link, place }) => place && link.dataset.filter === last)?.place;
      if (!asks.query) return location.replace(own ?? location.pathname); // the list of what was chosen last is a page of its own
      await (facts ? showThese(number, chosen, { ...asks, query: "" }) : showWhole());
      count.textContent = dialog.failed;
      isOpening = false;
    }
  };

  const go = (href, isNew = true) => {
    if (isNew) history.pushState(null, "", href);
    else history.replaceState(history.state, "", href);
    return show();
  };
  const follow = (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    const isChip = chosenBox.contains(link);
    go(link.href).then(() => {
      if (isChip) (chosenBox.hidden ? links.find(({ link: each }) => each.checkVisibility())?.link ?? input : clear)?.focus();
    });
  };
  for (const each of [...all(".filters"), chosenBox]) each.addEventListener("click", follow);
  for (const link of all("h2 a[data-filter]", list)) {
    link.href = addressOf([link.dataset.filter.split("=")], "", "");
    link.addEventListener("click", follow);
  }
  sort?.addEventListener("change", () => {
    const { parameters, query } = state();
    parameters.delete("q");
    parameters.delete("sort");
    go(addressOf([...parameters], query, sort.value));
  });
  addEventListener("popstate", show);

  if (input) attachBox();
  if (location.search) found.classList.add("filtered", "waiting"); // as the whole page was until now
  document.documentElement.classList.remove("asked");
  show();

  function attachBox() {
    const ask = () => {
      const { parameters, query, order } = state();
      const typed = input.value.trim();
      if (typed === query) return;
      parameters.delete("q");
      parameters.delete("sort");
      // One step back leads to what was there before anything was typed.
      go(addressOf([...parameters], typed, order), !query);
    };
    box.classList.add("ready");
    input.addEventListener("focus", () => import(new URL(dialog.script, document.baseURI).href).then((search) => search.warm()).catch(() => {}));
    input.addEventListener("input", () => {
      isOpening = false;
      ask();
    });
    const titles = () => [input, ...all("h3 a", list)];
    const move = (event, by) => {
      const stops = titles();
      const at = stops.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      stops[Math.min(Math.max(at + by, 0), stops.length - 1)].focus();
    };
    const press = (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") move(event, 1);
      else if (event.key === "ArrowUp") move(event, -1);
      else if (event.target !== input) return;
      else if (event.key === "Enter" && input.value.trim()) {
        if (found.ariaBusy === "true") isOpening = true;
        else list.querySelector("h3 a")?.click();
      } else if (event.key === "Escape") {
        event.preventDefault();
        input.value = "";
        ask();
      }
    };
    for (const each of [input, list]) each.addEventListener("keydown", press);
    // Whoever was quicker than this script has typed already.
    if (input.value.trim() && !state().query) ask();
  }
}

const found = document.querySelector("[data-found]");
if (found) attachIndex(found);
