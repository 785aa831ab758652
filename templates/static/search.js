// Search, for the dialog of every page and for the list of the index, which it narrows: both are given the same models.
// What it needs is loaded when it is first used. Titles, summaries, tags and entries answer each key at once; what the
// index of all words finds takes their place when it is there. Every text is set as text: nothing here makes HTML of it.
// What is chosen of facets narrows what was found, and has no part in finding it: so all counts are of the same models.

const words = document.querySelector("[data-search]").dataset;
const PAGE = 10;
const PAUSE = 60;
const EXCERPT = /^(zh|ja)/.test(document.documentElement.lang) ? 90 : 150;

// The same as generator/rendering/search_words.py does to what is indexed: two neighbouring Han characters are a word.
const HAN = "[\\u3041-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\u{20000}-\\u{3ffff}]";
const RUNS = new RegExp(`${HAN}+`, "gu");
const LETTERS = "bcdfghjklmnprtvw";
const letters = (character) =>
  [...character.codePointAt(0).toString(16).padStart(5, "0")].map((digit) => LETTERS[parseInt(digit, 16)]).join("");
// Between these the indexed text has words for matching alone: see generator/rendering/search.py.
const UNSEEN = /\ue000[^\ue001]*\ue001\s*/g;

const HEADINGS = new RegExp(`(?<=${HAN})\\. `, "gu");

// A word without what its other forms may lack, as far as there is more of it: classifying, classifies; running, run.
const stemOf = (word) =>
  word
    .replace(/(?<=...)(ation|ition|ion|ing|ed|er|or|ive|al|ly|ment)?s?$/, "")
    .replace(/(?<=...)[eiy]+$/, "")
    .replace(/(?<=..)(.)\1$/, "$1");

const normal = (text) => text.normalize("NFKC").toLowerCase();
// The same, character by character, so that a place in it is a place in the text.
const folded = (text) => [...text].map((character) => (normal(character).length === character.length ? normal(character) : character)).join("");

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

// Something that is loaded once, and asked for again where it could not be had.
function once(load) {
  let loading;
  return () => {
    loading ??= load();
    loading.catch(() => (loading = undefined)); // the network may be back at the next key
    return loading;
  };
}

const loadIndex = once(async () => {
  const [pagefind, cards] = await Promise.all([import(new URL(words.search, document.baseURI).href), read(words.cards)]);
  await pagefind.init();
  return { pagefind, cards };
});

// What stands for the same (templates/search.toml), and the words that a slip may be of.
const table = { groups: new Map(), simple: new Map(), whole: /$^/g, within: /$^/g, terms: [] };
const vocabulary = new Map();
let names = [];
let places = new Map();

const know = (text) => {
  for (const word of normal(text).match(/[a-z\d]+|[^\x00-\xff]+/g) ?? []) {
    if (word.length > 2) vocabulary.set(word, (vocabulary.get(word) ?? 0) + 1);
  }
};

const loadTable = once(async () => {
  const { same, terms, han } = await read(words.words);
  for (const row of same) for (const name of row) table.groups.set(name, row);
  const simplified = [...han[1]];
  [...han[0]].forEach((character, index) => table.simple.set(character, simplified[index]));
  const known = [...table.groups.keys()].sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const isHan = (name) => /[^\x00-\x7f]/.test(name);
  const inHan = known.filter(isHan).join("|") || "$^";
  const others = known.filter((name) => !isHan(name)).join("|") || "$^";
  const latin = `(?<![a-z\\d])(?<latin>${others})(?:e?s)?(?![a-z\\d])`;
  table.whole = new RegExp(`(?<!${HAN})(?<han>${inHan})(?!${HAN})|${latin}`, "gu");
  table.within = new RegExp(`(?<han>${inHan})|${latin}`, "gu");
  for (const text of [...terms, ...same.flat()]) know(text);
});

const loadNames = once(async () => {
  const { place, facets: facts, claims, tags, models } = await read(words.names);
  for (const name of Object.values(tags)) know(name);
  names = models.map(([id, title, summary, claim, task, own, entries, summaryLang = "", lang = ""]) => {
    for (const text of [title, title.replace(/\W/g, ""), id, ...entries]) know(text);
    return {
      shown: { address: `${words.root}${place}${encodeURIComponent(id)}/`, title, summary, summaryLang, lang, claim: claims[claim] },
      title: normal(title),
      text: normal([title, summary, id, task, ...own.map((tag) => tags[tag]), ...entries].join("\n")),
    };
  });
  places = new Map(models.map(([id], index) => [id, index]));
  return facts;
});

// What facets there are, and which models have what.
const loadFacets = once(async () => {
  const [own, facts] = await Promise.all([import(new URL(words.facets, document.baseURI).href), loadNames()]);
  return { ...own, facets: own.facetsOf(await read(words.root + facts)) };
});

const simplified = (text) => text.replace(RUNS, (run) => [...run].map((character) => table.simple.get(character) ?? character).join(""));

// What has to be on a card for a text: Han characters in a row, and words of other scripts that begin so.
function piecesOf(text) {
  const phrases = (text.match(RUNS) ?? []).map((run) => {
    const each = [...run].map(letters);
    const pairs = each.slice(1).map((second, index) => `q${each[index]}${second}`);
    return { text: run, query: `"${pairs.join(" ") || `q${each[0]}`}"` };
  });
  const rest = text.replace(RUNS, " ").replace(/\p{Pd}/gu, "").match(/[\p{L}\p{N}\p{M}+#]+/gu) ?? [];
  // Of a word that it does not know, Pagefind takes a shorter one that begins alike: mobilenet finds m. So the first
  // card that it found has to hold the word, but for an ending.
  return [...phrases, ...rest.map((word) => ({ text: word, query: word, holds: stemOf(word) }))];
}

// A query in parts, all of which have to be on a card, and of each what may stand for it. `known` finds what does.
function partsOf(query, known = table.whole) {
  const plain = simplified(query);
  const parts = [];
  let end = 0;
  const upTo = (place) => {
    const others = piecesOf(plain.slice(end, place)).map((piece) => piece.text);
    piecesOf(query.slice(end, place)).forEach(({ text }, index) => parts.push({ text, any: [...new Set([text, others[index]])] }));
  };
  for (const match of plain.matchAll(known)) {
    const { han, latin } = match.groups;
    upTo(match.index);
    end = match.index + match[0].length;
    const text = query.slice(match.index, end);
    parts.push({ text, any: [...new Set([text, match[0], ...table.groups.get(han ?? latin)])] });
  }
  upTo(query.length);
  return parts;
}

const shownOf = (parts) => parts.flatMap((part) => part.any);

// Where a text that is looked for stands. Few letters are in many words: they have to begin one.
function placeOf(text, piece, from = 0) {
  let place = text.indexOf(piece, from);
  if (/^[a-z\d]{2,3}$/.test(piece)) while (place > 0 && /[a-z\d]/.test(text[place - 1])) place = text.indexOf(piece, place + 1);
  return place;
}

const meet = ([first, ...others]) =>
  new Map([...(first ?? [])].filter(([id]) => others.every((of) => of.has(id))).map(([id, result]) => [id, { ...result, score: others.reduce((sum, of) => sum + of.get(id).score, result.score) }]));
const join = (all) => new Map(all.flatMap((of) => [...of]).sort(([, a], [, b]) => a.score - b.score));

async function ask(pagefind, { query, holds }) {
  const { results } = await pagefind.search(query);
  const isThere = !holds || !results.length || normal((await results[0].data()).content).includes(holds);
  return new Map(isThere ? results.map((result) => [result.id, { score: result.score, data: () => result.data() }]) : []);
}

// The cards that hold every part, the best first, and the parts that no card holds.
async function find(pagefind, parts) {
  const found = await Promise.all(
    parts.map(async ({ any }) => join(await Promise.all(any.map(async (text) => meet(await Promise.all(piecesOf(text).map((piece) => ask(pagefind, piece)))))))),
  );
  const results = [...meet(found)].sort(([, a], [, b]) => b.score - a.score);
  return { results, lost: parts.filter((_, index) => !found[index].size) };
}

// The same by what stands within it, where as it was asked there is nothing.
async function findWithin(pagefind, query) {
  const parts = partsOf(query);
  const found = { parts, ...(await find(pagefind, parts)) };
  const loose = partsOf(query, table.within);
  if (found.results.length || loose.length === parts.length) return found;
  const within = await find(pagefind, loose);
  return within.results.length ? { parts: loose, ...within } : found;
}

// The same by what it may be a slip of.
async function findAtAll(pagefind, query) {
  const found = await findWithin(pagefind, query);
  if (found.results.length) return found;
  for (const instead of corrections(query, found.parts, found.lost)) {
    const other = await findWithin(pagefind, instead);
    if (other.results.length) return { ...other, instead };
  }
  return found;
}

// The models that a query finds, by their places in the list of all, the best first; and what was looked for instead. What
// their names tell at once is given to `first`. Nothing where meanwhile something else was asked for.
export async function matches(text, first, isCurrent) {
  const query = normal(text).trim();
  await Promise.all([loadNames(), loadTable().catch(() => {})]);
  const parts = partsOf(query);
  const early = { places: named(parts), pieces: shownOf(parts), texts: new Map() };
  if (early.places.length && isCurrent()) await first(early);
  // A lone letter is in every text.
  if (early.places.length && /^[a-z]$/.test(query)) return early;
  await new Promise((done) => setTimeout(done, PAUSE));
  if (!isCurrent()) return undefined;
  try {
    const { pagefind, cards } = await loadIndex();
    const { results, parts: meant, instead } = await findAtAll(pagefind, query);
    const known = results.map(([id, { data }]) => [places.get(cards[id]), data]).filter(([place]) => place !== undefined);
    const texts = new Map(known);
    return { places: [...texts.keys()], pieces: shownOf(meant), texts, instead };
  } catch (error) {
    if (early.places.length) return early;
    throw error;
  }
}

// How many letters have to be added, dropped, changed or swapped with their neighbours (optimal string alignment).
function distance(a, b) {
  let [before, last] = [[], [...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

// The words of the field that a text may be a slip of, the nearest first.
function nearest(text) {
  const most = text.length < 6 ? 1 : 2;
  if (text.length < 3) return [];
  const near = [];
  for (const [word, count] of vocabulary) {
    const isHan = /[^\x00-\xff]/.test(word);
    if (isHan !== /[^\x00-\xff]/.test(text)) continue;
    // Of Han characters in a row a part may be the word.
    const last = isHan ? Math.max(0, text.length - word.length) : 0;
    for (let start = 0; start <= last; start++) {
      const piece = last ? text.slice(start, start + word.length) : text;
      if (Math.abs(piece.length - word.length) > most) break;
      const steps = distance(piece, word);
      const instead = last ? text.slice(0, start) + word + text.slice(start + word.length) : word;
      // Of three letters two may be swapped: with one changed they are another word.
      if (!isHan && text.length < 4 && [...piece].sort().join() !== [...word].sort().join()) continue;
      if (steps > 0 && steps <= (isHan ? 1 : most)) near.push([steps + (piece[0] !== word[0]) / 2 - count / 1e6, instead]);
    }
  }
  return near.sort(([a], [b]) => a - b).map(([, word]) => word);
}

// A few queries that may have been meant.
function corrections(query, parts, lost) {
  const plain = simplified(query);
  // What a card holds only the beginning of is hardly what was meant either.
  if (!lost.length) lost = parts.filter(({ text }) => ![...vocabulary.keys()].some((word) => word.startsWith(simplified(text))));
  const near = lost.map(({ text }) => [simplified(text), nearest(simplified(text))]);
  if (near.some(([, found]) => !found.length)) return [];
  const many = Math.min(5, Math.max(0, ...near.map(([, found]) => found.length)));
  return [...Array(many).keys()].map((index) => near.reduce((so, [text, found]) => so.replace(text, found[index] ?? found[0]), plain));
}

// What models are called: those whose title holds every part come first.
function named(parts) {
  if (!parts.length) return [];
  const holds = (text) => parts.every(({ any }) => any.some((piece) => placeOf(text, piece) >= 0));
  const found = [...names.keys()].filter((place) => holds(names[place].text));
  return [...found.filter((place) => holds(names[place].title)), ...found.filter((place) => !holds(names[place].title))];
}

// The text around the first place of the query; nothing where it is not there, or is in what is shown anyway.
function excerpt({ title, summary }, content, pieces) {
  const found = (text) => pieces.map((piece) => placeOf(text, piece)).find((place) => place >= 0) ?? -1;
  if (!pieces.length || found(folded(`${title}\n${summary}`)) >= 0) return "";
  // Pagefind begins with title and summary, and ends every heading with a full stop.
  const text = content.replace(UNSEEN, "").replace(title, "").replace(summary, "").replace(HEADINGS, "：").replace(/(?<=[。！？：；])\s/g, "");
  const at = found(folded(text));
  if (at < 0) return "";
  // No word is cut.
  const isWithin = (place) => /\w\w/.test(text.slice(place - 1, place + 1));
  let start = Math.max(0, at - EXCERPT / 3);
  let end = start + EXCERPT;
  while (start < at && start && isWithin(start)) start++;
  while (end > at + 1 && isWithin(end)) end--;
  return `${start ? "…" : ""}${text.slice(start, end).replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "")}…`;
}

function marked(text, pieces, name) {
  const span = element("span", name);
  const low = folded(text);
  let end = 0;
  while (pieces.length) {
    const next = pieces.map((piece) => [placeOf(low, piece, end), piece.length]).filter(([place]) => place >= 0);
    if (!next.length) break;
    const [place, length] = next.reduce((a, b) => (b[0] < a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a));
    span.append(text.slice(end, place), element("mark", "", text.slice(place, place + length)));
    end = place + length;
  }
  span.append(text.slice(end));
  return span;
}

// A model as lists name it: by the words of their rows, with what was found of its text.
function item({ address, title, summary, summaryLang, lang, claim: [sign, state, results] }, content, pieces) {
  const link = element("a", "search-result");
  link.href = address;
  const claims = element("span", "search-state");
  claims.append(element("span", `state ${sign}`, state), results && ` · ${results}`);
  const around = content && excerpt({ title, summary }, content, pieces);
  const text = marked(around || summary, pieces, "search-text");
  const own = around ? lang : summaryLang;
  if (own && own !== document.documentElement.lang) text.lang = own;
  link.append(marked(title, pieces, "search-title"), " ", claims, " ", text);
  return wrap("li", "", link);
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

// What it will need is there soon.
export function warm() {
  for (const load of [loadTable, loadNames, loadIndex]) load().catch(() => {});
}

// Makes the dialog work: arrow keys go through the results, Enter opens one.
export function attach(box) {
  const dialog = box.closest("dialog");
  const input = box.querySelector("input");
  const panel = box.querySelector(".search-panel");
  const list = box.querySelector(".search-results");
  const filters = box.querySelector(".search-filters");
  const [chipList, inList] = ["[data-chips]", ".search-in-list"].map((selector) => box.querySelector(selector));
  const counts = box.querySelectorAll("[data-count]");
  let asked = 0;
  let chosen = [];
  let answer = {};
  // How many models are shown of it.
  let total = 0;
  // Enter was pressed while results were still coming.
  let isOpening = false;

  const say = (text) => {
    for (const count of counts) count.textContent = text;
  };
  const told = (number, instead) => {
    const text = number === 0 ? words.none : instead ? words.instead : number === 1 ? words.one : words.many;
    return text.replace("{count}", number).replace("{query}", input.value.trim()).replace("{instead}", instead);
  };

  const search = async () => {
    const number = ++asked;
    const isCurrent = () => number === asked;
    const query = input.value.trim();
    answer = {};
    if (!query && !chosen.length) return clear();
    list.ariaBusy = "true";
    const waiting = setTimeout(() => isCurrent() && say(words.loading), 300);
    try {
      const found = query ? await matches(query, (early) => isCurrent() && fill(early, number), isCurrent) : {};
      const isShown = found && (await fill(found, number));
      if (!isCurrent()) return;
      list.ariaBusy = "false";
      say(told(total, answer.instead));
      // What was not asked for is looked at first.
      if (isOpening && isShown && !found.instead && dialog.open) openFirst();
      isOpening = false;
    } catch (error) {
      if (!isCurrent()) return;
      isOpening = false;
      list.replaceChildren();
      inList.hidden = true;
      say(words.failed);
      list.ariaBusy = "false";
      panel.hidden = false;
    } finally {
      clearTimeout(waiting);
    }
  };

  // Shows what was found, under the choice. Whoever has gone on to a result, or presses the mouse on one, keeps it: then
  // the answer stays as it was.
  const fill = async (found, number) => {
    const { facets } = await loadFacets();
    const shown = facets.narrowed(chosen, found.places);
    const items = await itemsOf(shown, 0, found, number);
    if (number !== asked || list.contains(document.activeElement)) return false;
    answer = found;
    total = shown.length;
    list.replaceChildren(...items);
    counts[counts.length - 1].textContent = told(total, found.instead);
    panel.hidden = false;
    await showFacets();
    const query = input.value.trim();
    const listed = shown.filter((place) => place < facets.models).length; // no list has guides
    inList.hidden = !listed;
    inList.firstElementChild.href = `${words.index}?${new URLSearchParams([...chosen, ...(query ? [["q", query]] : [])])}`;
    inList.firstElementChild.textContent = words.inList.replace("{count}", listed);
    return true;
  };

  const openFirst = () => list.querySelector("a")?.click();

  // What is shown of the results from one on, and a button for those behind.
  const itemsOf = async (shown, from, found, number) => {
    const pieces = found.pieces ?? [];
    const here = shown.slice(from, from + PAGE);
    const contents = await Promise.all(here.map(async (place) => (await found.texts?.get(place)?.())?.content ?? ""));
    const items = here.map((place, index) => item(names[place].shown, contents[index], pieces));
    const left = shown.length - from - PAGE;
    if (left > 0) {
      const more = element("button", "search-more", words.more.replace("{count}", left));
      more.type = "button";
      more.addEventListener("click", async () => {
        const added = await itemsOf(shown, from + PAGE, found, number);
        if (number !== asked) return;
        more.parentElement.replaceWith(...added);
        added[0].querySelector("a").focus();
      });
      items.push(wrap("li", "", more));
    }
    return items;
  };

  const clear = () => {
    asked += 1;
    isOpening = false;
    list.ariaBusy = "false";
    inList.hidden = true;
    list.replaceChildren();
    say("");
    showFacets().catch(() => {});
  };

  // What the results can be narrowed to, with how many models each value would leave.
  const showFacets = async () => {
    const { facets } = await loadFacets();
    const left = facets.left(chosen, answer.places);
    const offered = facets.facets.map((facet) => ({ ...facet, values: facet.values.filter(([, , isOffered]) => isOffered) }));
    for (const { kind, name, many, values } of offered.filter(({ values }) => values.length)) {
      let select = filters.querySelector(`[data-kind="${kind}"]`);
      if (!select) {
        select = element("select");
        select.dataset.kind = kind;
        select.autocomplete = "off";
        select.append(...["", ...values.map(([value]) => value)].map((value) => new Option("", value)));
        select.addEventListener("change", () => choose(kind, select.value));
        const label = element("label", "", name);
        label.append(select);
        filters.append(label);
      }
      const own = chosen.filter(([each]) => each === kind).map(([, value]) => value);
      select.options[0].textContent = words.any;
      values.forEach(([value, text], index) => {
        const option = select.options[index + 1];
        const count = left.get(`${kind}=${value}`);
        option.textContent = `${text} (${count.toLocaleString("en")})`;
        option.disabled = !count && !own.includes(value);
      });
      select.value = many ? "" : (own[0] ?? "");
      select.classList.toggle("has-choice", own.length > 0);
    }
    panel.hidden = false;
  };

  const choose = async (kind, value) => {
    const loaded = await loadFacets();
    const { facets } = loaded;
    chosen = value ? facets.toggled(chosen, kind, value) : chosen.filter(([each]) => each !== kind);
    showChosen(loaded);
    isOpening = false;
    if (list.contains(document.activeElement)) input.focus(); // what is there now makes way for what is asked for now
    search();
  };

  const showChosen = ({ facets, chips }) => {
    chipList.hidden = !chosen.length;
    chips(chipList, facets, chosen, words, (pair) => {
      const button = element("button");
      button.type = "button";
      button.addEventListener("click", () => {
        choose(...pair);
        input.focus();
      });
      return button;
    });
  };

  const move = (by) => {
    const stops = [input, ...list.querySelectorAll("a, button")];
    const next = stops.indexOf(document.activeElement) + by;
    stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
  };

  input.addEventListener("focus", warm);
  input.addEventListener("input", () => {
    isOpening = false;
    search();
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.target.matches("select")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === input) {
      if (list.ariaBusy === "true") isOpening = true;
      else openFirst();
    } else if (event.key === "Escape") {
      event.preventDefault();
      dialog.close();
    }
  });

  list.ariaBusy = "false";
  warm();
  // Whoever was quicker than this script has typed already, and may have pressed Enter.
  if (input.value) search();
  else showFacets().catch(() => {});
  isOpening = input.value !== "" && box.dataset.entered === input.value;
}
