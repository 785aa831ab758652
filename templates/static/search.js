// The search box: `/` goes to it, arrow keys through the results, Enter opens, Escape clears.
// What it needs is loaded when it is first used. Titles, summaries and tags answer each key at once; what the index of
// all words finds takes their place when it is there. Every text is set as text: nothing here makes HTML of what it shows.

const box = document.querySelector("[data-search]");
const input = box.querySelector("input");
const panel = box.querySelector(".search-panel");
const list = box.querySelector(".search-results");
const counts = box.querySelectorAll("[data-count]");
const choices = [...box.querySelectorAll("select[data-filter]")];
const words = box.dataset;
const PAGE = 10;
const PAUSE = 60;
const EXCERPT = 90;

// The same as generator/rendering/search_words.py does to what is indexed: two neighbouring Han characters are a word.
const HAN = /[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu;
const LETTERS = "bcdfghjklmnprtvw";
const letters = (character) =>
  [...character.codePointAt(0).toString(16).padStart(5, "0")].map((digit) => LETTERS[parseInt(digit, 16)]).join("");

const normal = (text) => text.normalize("NFKC").toLowerCase();
// The same, character by character, so that a place in it is a place in the text.
const folded = (text) => [...text].map((character) => (normal(character).length === character.length ? normal(character) : character)).join("");

// What has to be on a card: Han characters in a row, and words of other scripts that begin so.
function partsOf(query) {
  const phrases = (query.match(HAN) ?? []).map((run) => {
    const each = [...run].map(letters);
    const pairs = each.slice(1).map((second, index) => `q${each[index]}${second}`);
    return { text: run, query: `"${pairs.join(" ") || `q${each[0]}`}"` };
  });
  const rest = query.replace(HAN, " ").replace(/\p{Pd}/gu, "").match(/[\p{L}\p{N}\p{M}+#]+/gu) ?? [];
  // Of a word that it does not know, Pagefind takes a shorter one that begins alike: mobilenet finds m. So the first
  // card that it found has to hold the word, but for an ending.
  return [...phrases, ...rest.map((word) => ({ text: word, query: word, holds: word.slice(0, Math.max(3, word.length - 4)) }))];
}

async function ask(pagefind, { query, holds }, filters) {
  const { results } = await pagefind.search(query, { filters });
  if (!holds || !results.length) return results;
  return normal((await results[0].data()).content).includes(holds) ? results : [];
}

// The cards that hold every part, the best first.
async function find(pagefind, query, filters) {
  const parts = partsOf(query);
  if (!parts.length) return query ? [] : (await pagefind.search(null, { filters })).results;
  const found = await Promise.all(parts.map((part) => ask(pagefind, part, filters)));
  const [first, ...others] = found.map((results) => new Map(results.map((result) => [result.id, result])));
  const all = [...first.values()].filter(({ id }) => others.every((other) => other.has(id)));
  const score = ({ id }) => [first, ...others].reduce((sum, of) => sum + of.get(id).score, 0);
  return all.sort((a, b) => score(b) - score(a));
}

// The same of what models are called: those whose title holds every part come first.
function named(names, query, filters) {
  const parts = partsOf(query).map((part) => part.text);
  if (query && !parts.length) return [];
  const chosen = Object.entries(filters);
  const holds = (text) => parts.every((part) => text.includes(part));
  const found = names.filter((each) => holds(each.text) && chosen.every(([name, value]) => each[name].includes(value)));
  return parts.length ? [...found.filter((each) => holds(each.title)), ...found.filter((each) => !holds(each.title))] : found;
}

async function readNames() {
  const answer = await fetch(words.names);
  if (!answer.ok) throw new Error(answer.status);
  const { place, states, tags, models } = await answer.json();
  return models.map(([id, title, summary, state, task, own]) => ({
    state: [state],
    task: [task],
    tag: own,
    title: normal(title),
    text: normal([title, summary, id, task, ...own.map((tag) => tags[tag])].join("\n")),
    data: () => ({ raw_url: `${place}${encodeURIComponent(id)}/`, meta: { title, summary, state: states[state] }, content: "" }),
  }));
}

let loading;
function load() {
  loading ??= import(new URL(words.search, document.baseURI).href).then(async (pagefind) => {
    await pagefind.init();
    return pagefind;
  });
  loading.catch(() => (loading = undefined)); // the network may be back at the next key
  return loading;
}

let names = [];
let naming;
function loadNames() {
  naming ??= words.names ? readNames().then((found) => (names = found)) : Promise.resolve();
  naming.catch(() => (naming = undefined));
  return naming;
}

let asked = 0;
let timer;

function wanted() {
  return Object.fromEntries(choices.filter((choice) => choice.value).map((choice) => [choice.dataset.filter, choice.value]));
}

async function search() {
  const number = ++asked;
  clearTimeout(timer);
  const query = normal(input.value).trim();
  const filters = wanted();
  remember(query, filters);
  if (!query && !Object.keys(filters).length) return close();
  list.ariaBusy = "true";
  const waiting = setTimeout(() => number === asked && say(words.loading), 300);
  await loadNames().catch(() => {});
  if (number !== asked) return clearTimeout(waiting);
  const first = named(names, query, filters);
  if (first.length) {
    clearTimeout(waiting);
    await fill(first, query, number);
  }
  // A lone letter is in every text, and without a word there is nothing to look for in one.
  if (first.length && (!query || /^[a-z]$/.test(query))) return done(first.length);
  timer = setTimeout(() => searchTexts(query, filters, number, waiting, first.length), PAUSE);
}

async function searchTexts(query, filters, number, waiting, before) {
  try {
    const results = await find(await load(), query, filters);
    // Whoever has gone on to a result keeps it.
    if (number !== asked || list.contains(document.activeElement)) return;
    await fill(results, query, number);
    if (number === asked) done(results.length);
  } catch (error) {
    if (number !== asked) return;
    if (before) return done(before);
    list.replaceChildren();
    say(words.failed);
    list.ariaBusy = "false";
    open();
  } finally {
    clearTimeout(waiting);
  }
}

async function fill(results, query, number) {
  const items = await itemsOf(results, 0, query, number);
  if (number !== asked) return;
  list.replaceChildren(...items);
  counts[counts.length - 1].textContent = told(results.length);
  open();
}

function done(total) {
  list.ariaBusy = "false";
  say(told(total));
}

function told(total) {
  return (total === 0 ? words.none : total === 1 ? words.one : words.many).replace("{count}", total).replace("{query}", input.value.trim());
}

// What is shown of the results from one on, and a button for those behind.
async function itemsOf(results, from, query, number) {
  const cards = await Promise.all(results.slice(from, from + PAGE).map((result) => result.data()));
  const items = cards.map((card) => item(card, query));
  const left = results.length - from - PAGE;
  if (left > 0) {
    const more = element("button", "search-more", words.more.replace("{count}", left));
    more.type = "button";
    more.addEventListener("click", async () => {
      const added = await itemsOf(results, from + PAGE, query, number);
      if (number !== asked) return;
      more.parentElement.replaceWith(...added);
      added[0].querySelector("a").focus();
    });
    items.push(wrap("li", "", more));
  }
  return items;
}

function item(card, query) {
  const link = element("a", "search-result");
  link.href = words.root + card.raw_url.replace(/^\//, "");
  const pieces = partsOf(query).map((part) => part.text);
  link.append(marked(card.meta.title, pieces, "search-title"), " ", element("span", "search-state", card.meta.state), " ", marked(excerpt(card, pieces), pieces, "search-text"));
  return wrap("li", "", link);
}

// The text around the first place of the query; the summary where it is in neither, or in the summary.
function excerpt(card, pieces) {
  const { summary } = card.meta;
  if (!pieces.length || pieces.some((piece) => folded(summary).includes(piece))) return summary;
  const text = card.content.replace(/(?<![\p{L}\d_])q[bcdfghjklmnprtvw]{5,10}(?![\p{L}\d_])\s*/gu, "");
  const low = folded(text);
  const at = pieces.map((piece) => low.indexOf(piece)).find((place) => place >= 0) ?? -1;
  if (at < 0) return summary;
  const start = Math.max(0, at - EXCERPT / 3);
  return `${start ? "…" : ""}${text.slice(start, start + EXCERPT).replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "")}…`;
}

function marked(text, pieces, name) {
  const span = element("span", name);
  const low = folded(text);
  let end = 0;
  while (pieces.length) {
    const next = pieces.map((piece) => [low.indexOf(piece, end), piece.length]).filter(([place]) => place >= 0);
    if (!next.length) break;
    const [place, length] = next.reduce((a, b) => (b[0] < a[0] ? b : a));
    span.append(text.slice(end, place), element("mark", "", text.slice(place, place + length)));
    end = place + length;
  }
  span.append(text.slice(end));
  return span;
}

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}

function wrap(tag, name, child) {
  const made = element(tag, name);
  made.append(child);
  return made;
}

function say(text) {
  for (const count of counts) count.textContent = text;
}

function open() {
  panel.hidden = false;
}

function close() {
  asked += 1;
  list.ariaBusy = "false";
  panel.hidden = true;
  list.replaceChildren();
  say("");
}

// The query stays in the address, so that a search can be sent to somebody.
function remember(query, filters) {
  const address = new URL(location.href);
  const found = { q: query && input.value.trim() };
  for (const choice of choices) found[`q-${choice.dataset.filter}`] = filters[choice.dataset.filter];
  for (const [name, value] of Object.entries(found)) value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function move(by) {
  const stops = [input, ...list.querySelectorAll("a, button")];
  const next = stops.indexOf(document.activeElement) + by;
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
}

input.addEventListener("focus", () => {
  load().catch(() => {});
  loadNames().catch(() => {});
  if (list.children.length) open();
});
input.addEventListener("input", search);
for (const choice of choices) choice.addEventListener("change", search);

box.addEventListener("keydown", (event) => {
  if (event.isComposing || event.target.matches("select")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target === input) {
    list.querySelector("a")?.click();
  } else if (event.key === "Escape") {
    event.preventDefault();
    input.value = "";
    for (const choice of choices) choice.value = "";
    input.focus();
    search();
  }
});

box.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !box.contains(event.relatedTarget)) panel.hidden = true;
});
document.addEventListener("pointerdown", (event) => {
  if (!box.contains(event.target)) panel.hidden = true;
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  input.focus();
  input.select();
});

box.classList.add("ready");

// An address with a query is a search that was sent.
const given = new URLSearchParams(location.search);
for (const choice of choices) {
  const value = given.get(`q-${choice.dataset.filter}`);
  if ([...choice.options].some((option) => option.value === value)) choice.value = value;
}
if (given.get("q") || choices.some((choice) => choice.value)) {
  input.value = given.get("q") ?? "";
  search();
}
