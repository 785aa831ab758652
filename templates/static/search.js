// Search, in the dialog of every page and in the box of the index: arrow keys go through the results, Enter opens one.
// What it needs is loaded when it is first used. Titles, summaries, tags and entries answer each key at once; what the
// index of all words finds takes their place when it is there. Every text is set as text: nothing here makes HTML of it.

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
  const pagefind = await import(new URL(words.search, document.baseURI).href);
  await pagefind.init();
  return pagefind;
});

// What stands for the same (templates/search.toml), and the words that a slip may be of.
const table = { groups: new Map(), simple: new Map(), whole: /$^/g, within: /$^/g, terms: [] };
const vocabulary = new Map();
let names = [];

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
  const { place, states, tags, models } = await read(words.names);
  for (const name of Object.values(tags)) know(name);
  names = models.map(([id, title, summary, state, task, own, entries]) => {
    for (const text of [title, title.replace(/\W/g, ""), id, ...entries]) know(text);
    return {
      state: [state],
      task: [task],
      tag: own,
      title: normal(title),
      text: normal([title, summary, id, task, ...own.map((tag) => tags[tag]), ...entries].join("\n")),
      data: () => ({ raw_url: `${place}${encodeURIComponent(id)}/`, meta: { title, summary, state: states[state] }, content: "" }),
    };
  });
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

async function ask(pagefind, { query, holds }, filters) {
  const { results } = await pagefind.search(query, { filters });
  const isThere = !holds || !results.length || normal((await results[0].data()).content).includes(holds);
  return new Map(isThere ? results.map((result) => [result.id, { score: result.score, data: () => result.data() }]) : []);
}

// The cards that hold every part, the best first, and the parts that no card holds.
async function find(pagefind, parts, filters) {
  const found = await Promise.all(
    parts.map(async ({ any }) => join(await Promise.all(any.map(async (text) => meet(await Promise.all(piecesOf(text).map((piece) => ask(pagefind, piece, filters)))))))),
  );
  const results = [...meet(found).values()].sort((a, b) => b.score - a.score);
  return { results, lost: parts.filter((_, index) => !found[index].size) };
}

// The same by what stands within it, where as it was asked there is nothing.
async function findWithin(pagefind, query, filters) {
  const parts = partsOf(query);
  const found = { parts, ...(await find(pagefind, parts, filters)) };
  const loose = partsOf(query, table.within);
  if (found.results.length || loose.length === parts.length) return found;
  const within = await find(pagefind, loose, filters);
  return within.results.length ? { parts: loose, ...within } : found;
}

// The same by what it may be a slip of.
async function findAtAll(pagefind, query, filters) {
  if (!query) return { parts: [], results: (await pagefind.search(null, { filters })).results };
  const found = await findWithin(pagefind, query, filters);
  if (found.results.length) return found;
  for (const instead of corrections(query, found.parts, found.lost)) {
    const other = await findWithin(pagefind, instead, filters);
    if (other.results.length) return { ...other, instead };
  }
  return found;
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
function named(parts, query, filters) {
  if (query && !parts.length) return [];
  const chosen = Object.entries(filters);
  const holds = (text) => parts.every(({ any }) => any.some((piece) => placeOf(text, piece) >= 0));
  const found = names.filter((each) => holds(each.text) && chosen.every(([name, value]) => each[name].includes(value)));
  return parts.length ? [...found.filter((each) => holds(each.title)), ...found.filter((each) => !holds(each.title))] : found;
}

// The text around the first place of the query; the summary where it is in neither, or in what is shown anyway.
function excerpt(card, pieces) {
  const { summary, title } = card.meta;
  const found = (text) => pieces.map((piece) => placeOf(text, piece)).find((place) => place >= 0) ?? -1;
  if (!pieces.length || found(folded(`${title}\n${summary}`)) >= 0) return summary;
  // Pagefind begins with title and summary, and ends every heading with a full stop.
  const text = card.content.replace(UNSEEN, "").replace(title, "").replace(summary, "").replace(HEADINGS, "：").replace(/(?<=[。！？：；])\s/g, "");
  const at = found(folded(text));
  if (at < 0) return summary;
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

function item(card, pieces) {
  const link = element("a", "search-result");
  link.href = words.root + card.raw_url.replace(/^\//, "");
  link.append(marked(card.meta.title, pieces, "search-title"), " ", element("span", "search-state", card.meta.state), " ", marked(excerpt(card, pieces), pieces, "search-text"));
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

// Makes a box work. That of the index has filters, stays in the address and folds its results away; a dialog has none.
export function attach(box) {
  const dialog = box.closest("dialog");
  const input = box.querySelector("input");
  const panel = box.querySelector(".search-panel");
  const list = box.querySelector(".search-results");
  const counts = box.querySelectorAll("[data-count]");
  const choices = [...box.querySelectorAll("select[data-filter]")];
  let asked = 0;
  let timer;
  // Enter was pressed while results were still coming.
  let isOpening = false;

  const say = (text) => {
    for (const count of counts) count.textContent = text;
  };
  const told = (total, instead) => {
    const text = total === 0 ? words.none : instead ? words.instead : total === 1 ? words.one : words.many;
    return text.replace("{count}", total).replace("{query}", input.value.trim()).replace("{instead}", instead);
  };
  const wanted = () => Object.fromEntries(choices.filter((choice) => choice.value).map((choice) => [choice.dataset.filter, choice.value]));

  const search = async () => {
    const number = ++asked;
    clearTimeout(timer);
    const query = normal(input.value).trim();
    const filters = wanted();
    if (!dialog) remember(query, filters);
    if (!query && !Object.keys(filters).length) return close();
    list.ariaBusy = "true";
    const waiting = setTimeout(() => number === asked && say(words.loading), 300);
    await Promise.allSettled([loadNames(), loadTable()]);
    if (number !== asked) return clearTimeout(waiting);
    const parts = partsOf(query);
    const first = named(parts, query, filters);
    if (first.length) {
      clearTimeout(waiting);
      await fill(first, shownOf(parts), number);
    }
    // A lone letter is in every text, and without a word there is nothing to look for in one.
    if (first.length && (!query || /^[a-z]$/.test(query))) return done(first.length, number);
    timer = setTimeout(() => searchTexts(query, filters, number, waiting, first.length), PAUSE);
  };

  const searchTexts = async (query, filters, number, waiting, before) => {
    try {
      const { results, parts, instead } = await findAtAll(await loadIndex(), query, filters);
      if (number !== asked) return;
      // Whoever has gone on to a result keeps it.
      if (list.contains(document.activeElement)) return (list.ariaBusy = "false");
      await fill(results, shownOf(parts), number, instead);
      done(results.length, number, instead);
    } catch (error) {
      if (number !== asked) return;
      if (before) return done(before, number);
      list.replaceChildren();
      say(words.failed);
      list.ariaBusy = "false";
      panel.hidden = false;
    } finally {
      clearTimeout(waiting);
    }
  };

  const fill = async (results, pieces, number, instead) => {
    const items = await itemsOf(results, 0, pieces, number);
    if (number !== asked) return;
    list.replaceChildren(...items);
    counts[counts.length - 1].textContent = told(results.length, instead);
    panel.hidden = false;
  };

  const done = (total, number, instead) => {
    if (number !== asked) return;
    list.ariaBusy = "false";
    say(told(total, instead));
    // What was not asked for is looked at first.
    if (isOpening && !instead) openFirst();
    isOpening = false;
  };

  const openFirst = () => list.querySelector("a")?.click();

  // What is shown of the results from one on, and a button for those behind.
  const itemsOf = async (results, from, pieces, number) => {
    const cards = await Promise.all(results.slice(from, from + PAGE).map((result) => result.data()));
    const items = cards.map((card) => item(card, pieces));
    const left = results.length - from - PAGE;
    if (left > 0) {
      const more = element("button", "search-more", words.more.replace("{count}", left));
      more.type = "button";
      more.addEventListener("click", async () => {
        const added = await itemsOf(results, from + PAGE, pieces, number);
        if (number !== asked) return;
        more.parentElement.replaceWith(...added);
        added[0].querySelector("a").focus();
      });
      items.push(wrap("li", "", more));
    }
    return items;
  };

  const close = () => {
    asked += 1;
    isOpening = false;
    list.ariaBusy = "false";
    panel.hidden = true;
    list.replaceChildren();
    say("");
  };

  // The query stays in the address, so that a search can be sent to somebody.
  const remember = (query, filters) => {
    const address = new URL(location.href);
    const found = { q: query && input.value.trim() };
    for (const choice of choices) found[`q-${choice.dataset.filter}`] = filters[choice.dataset.filter];
    for (const [name, value] of Object.entries(found)) value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  };

  const move = (by) => {
    const stops = [input, ...list.querySelectorAll("a, button")];
    const next = stops.indexOf(document.activeElement) + by;
    stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
  };

  const warm = () => {
    for (const load of [loadTable, loadNames, loadIndex]) load().catch(() => {});
  };
  input.addEventListener("focus", () => {
    warm();
    if (list.children.length) panel.hidden = false;
  });
  input.addEventListener("input", () => {
    isOpening = false;
    search();
  });
  for (const choice of choices) choice.addEventListener("change", search);

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
      if (dialog) return dialog.close();
      input.value = "";
      for (const choice of choices) choice.value = "";
      input.focus();
      search();
    }
  });

  if (!dialog) {
    box.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !box.contains(event.relatedTarget)) panel.hidden = true;
    });
    document.addEventListener("pointerdown", (event) => {
      if (!box.contains(event.target)) panel.hidden = true;
    });
    // An address with a query is a search that was sent.
    const given = new URLSearchParams(location.search);
    for (const choice of choices) {
      const value = given.get(`q-${choice.dataset.filter}`);
      if ([...choice.options].some((option) => option.value === value)) choice.value = value;
    }
    input.value ||= given.get("q") ?? "";
  }
  warm();
  // Whoever was quicker than this script has typed already, and may have pressed Enter.
  if (input.value || choices.some((choice) => choice.value)) search();
  isOpening = input.value !== "" && box.dataset.entered === input.value;
}
