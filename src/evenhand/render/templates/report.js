"use strict";
// The page is read without this: it has the first hundred rows as text. With it everything can be searched, filtered,
// sorted and turned a hundred rows at a time, and the address after `#` says what is shown, so that it can be passed on.
const data = JSON.parse(document.getElementById("data").textContent);
const PAGE = 100, NAME = 0, ABOUT = 1, OUTCOME = 2, ENTRY = 3, LIST = 4, STRENGTH = 5, SCORE = 6, SINCE = 7, POINT = 8, ID = 9;
const at = (id) => document.getElementById(id), say = (number) => data.texts[number], count = (n) => n.toLocaleString("en");
const SEVERITY = Object.keys(data.outcomes), COLUMN = { name: NAME, entry: ENTRY, score: SCORE, since: SINCE, outcome: OUTCOME };
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}
const bdi = (words, name = "") => el("bdi", name ? { class: name, dir: "auto" } : { dir: "auto" }, words);
const quoted = (sentence) => {
  const parts = sentence.split("`");
  return parts.length % 2 ? parts.map((part, odd) => (odd % 2 ? bdi(part, "value") : part)) : [sentence];
};

// ---------------------------------------------------------------- one decision
function decision(row) {
  const words = row.slice(0, 10).map(say), cell = { role: "cell" };
  const details = el("details", {}, el("summary", {}, ...quoted(words[POINT])));
  const body = el("tbody", { class: "case", id: words[ID], role: "rowgroup" },
    el("tr", { role: "row" },
      el("td", cell, el("span", { class: `chip ${words[OUTCOME]}` }, data.outcomes[words[OUTCOME]])),
      el("th", { scope: "row", role: "rowheader" }, bdi(words[NAME], "name"), " ", el("span", { class: "about" }, bdi(words[ABOUT]))),
      el("td", cell, bdi(words[ENTRY]), " ", el("span", { class: "about" }, bdi(words[LIST]))),
      el("td", cell, `${words[STRENGTH]} ${words[SCORE]}`), el("td", { ...cell, class: "whole" }, words[SINCE])),
    el("tr", { role: "row", class: "more" }, el("td", { ...cell, colspan: 5 }, details)));
  const fill = () => { if (details.open && details.children.length === 1) details.append(...row[10].map((match) => matched(match, row[10].length)), facts(row[11])); };
  details.addEventListener("toggle", () => { opened[details.open ? "add" : "delete"](words[ID]); fill(); });
  details.open = state.open === "all" || opened.has(words[ID]);
  fill();
  return body;
}
function matched([point, certainty, sides, compared], several) {
  const section = el("section", { class: "match" });
  if (several > 1) section.append(el("p", { class: "point" }, ...quoted(say(point))));
  section.append(el("p", { class: "quiet" }, bdi(say(certainty))));
  for (const [heading, page, fields] of sides) {
    const side = (number) => el("td", say(number) ? {} : { class: "none" }, bdi(say(number) || "–"));
    section.append(el("table", { class: "sides" },
      el("caption", { class: "hidden" }, "Our record and what the list says"),
      el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col" }, "Our record"), el("th", { scope: "col" }, bdi(say(heading))))),
      el("tbody", {}, ...fields.map(([label, ours, theirs]) => el("tr", {}, el("th", { scope: "row" }, say(label)), side(ours), side(theirs))))));
    if (say(page)) section.append(el("p", {}, el("a", { href: say(page), rel: "noreferrer" }, "The publisher’s page")));
  }
  section.append(el("ul", { class: "because" }, ...compared.map((line) => el("li", {}, ...quoted(say(line))))));
  return section;
}
const facts = (several) => el("dl", { class: "facts" }, ...several.map(([label, lines]) =>
  el("div", {}, el("dt", {}, say(label)), ...lines.map((line) => el("dd", {}, ...quoted(say(line)))))));

function rejection(row) {
  const [what, where, column, value, expected] = row.map(say);
  return el("tr", {}, el("td", { "data-label": "Rejected" }, what), el("th", { scope: "row" }, bdi(where)),
    el("td", { "data-label": "Column" }, bdi(column)),
    el("td", { "data-label": "Value" }, el("bdi", {}, el("code", { class: "long" }, value || "empty"))),
    el("td", { "data-label": "Expected" }, el("span", {}, ...quoted(expected))));
}

// ---------------------------------------------------------------- what is shown
const cases = at("cases"), rejected = at("rejected"), form = at("filter");
const fields = Object.fromEntries(["q", "outcome", "list", "strength"].map((id) => [id, at(id)]));
const opened = new Set();
let state = {}, rows = [], lines = [];
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let folded = null;

function found(words) {
  folded ??= data.texts.map(fold);
  const masks = words.map((word) => Uint8Array.from(folded, (each) => each.includes(word)));
  return (row) => masks.every((mask) => holds(row, mask));
}
const holds = (part, mask) => (Array.isArray(part) ? part.some((each) => holds(each, mask)) : mask[part] === 1);

function sorted(several, order) {
  const key = order.replace(/^-/, ""), place = COLUMN[key], sign = order.startsWith("-") ? -1 : 1;
  if (place === undefined) return several;
  const rank = key === "outcome" ? (row) => SEVERITY.indexOf(say(row[place])) : (row) => say(row[place]);
  const compare = key === "outcome" ? (a, b) => a - b : collator.compare;
  return several.map((row) => [rank(row), row]).sort(([a], [b]) => (a === "" || b === "" ? (a === "") - (b === "") : sign * compare(a, b))).map(([, row]) => row);
}
function choose() {
  const words = fold(state.q || "").split(/\s+/).filter(Boolean), is = words.length ? found(words) : () => true;
  const wanted = [["outcome", OUTCOME], ["list", LIST], ["strength", STRENGTH]].filter(([name]) => state[name]);
  rows = sorted(data.rows.filter((row) => wanted.every(([name, place]) => (say(row[place]) || "none") === state[name]) && is(row)), state.sort || "");
  lines = data.rejected.filter(is);
}
function draw(all = false) {  // `all`: every decision of the filter, for print
  const part = (several, page) => several.slice((page - 1) * PAGE, page * PAGE);
  if (cases) {
    for (const body of cases.querySelectorAll("tbody.case")) body.remove();
    cases.append(...(all ? rows : part(rows, state.page)).map(decision));
    at("shown").textContent = summary();
    at("open").setAttribute("aria-pressed", state.open === "all");
    turner(at("cases-pages"), "page", rows.length, "decisions", at("decisions-h"), all);
    for (const head of cases.querySelectorAll("[data-sort]")) {
      const name = head.dataset.sort, order = { [name]: "ascending", [`-${name}`]: "descending" }[state.sort];
      head.setAttribute("aria-sort", order || "none");
    }
  }
  if (rejected) {
    rejected.tBodies[0].replaceChildren(...part(lines, state.rejected).map(rejection));
    turner(at("rejected-pages"), "rejected", lines.length, "rows, values and notes", at("intake-h"));
  }
}
function summary() {
  const narrowed = rows.length < data.rows.length, of = narrowed ? ` of ${count(data.rows.length)}` : "";
  const input = state.q && rejected ? `; ${count(lines.length)} of ${count(data.rejected.length)} rows, values and notes` : "";
  return `${count(rows.length)}${of} decisions${input}`;
}
function turner(place, name, total, things, heading, all = false) {
  const pages = Math.max(1, Math.ceil(total / PAGE)), page = state[name], first = (page - 1) * PAGE + 1;
  place.hidden = pages === 1;
  const button = (words, to) => {
    const node = el("button", { type: "button" }, words);
    node.disabled = to < 1 || to > pages;
    node.addEventListener("click", () => { go({ [name]: to }); heading.tabIndex = -1; heading.focus(); heading.scrollIntoView(); });
    return node;
  };
  place.replaceChildren(button("Previous", page - 1),
    el("span", {}, all ? `${count(total)} ${things}` : `Page ${count(page)} of ${count(pages)}: ${things} ${count(Math.min(first, total))} to ${count(Math.min(page * PAGE, total))} of ${count(total)}`),
    button("Next", page + 1));
}

// ---------------------------------------------------------------- the address
const number = (words) => Math.max(1, parseInt(words, 10) || 1);
function read() {
  const address = location.hash.slice(1);
  if (/^d-/.test(address)) { show(address); return; }
  if (address && !address.includes("=")) return;
  const asked = new URLSearchParams(address), last = (several) => Math.max(1, Math.ceil(several.length / PAGE));
  state = { q: "", outcome: "", list: "", strength: "", sort: "", open: "", ...Object.fromEntries(asked), page: number(asked.get("page")), rejected: number(asked.get("rejected")) };
  for (const name in fields) if (fields[name] && fields[name] !== document.activeElement) fields[name].value = state[name];
  choose();
  state.page = Math.min(state.page, last(rows));
  state.rejected = Math.min(state.rejected, last(lines));
  draw();
}
function go(changes) {
  const next = { ...state, ...changes }, address = new URLSearchParams();
  for (const name in next) if (next[name] && next[name] !== 1) address.set(name, next[name]);
  history.replaceState(null, "", `#${address}`);
  read();
}
function show(id) {
  state = { page: 1, rejected: 1 };
  choose();
  const place = rows.findIndex((row) => say(row[ID]) === id);
  state.page = Math.floor(Math.max(0, place) / PAGE) + 1;
  draw();
  const body = at(id);
  if (body) { body.querySelector("details").open = true; body.scrollIntoView(); }
}
const restart = { page: 1, rejected: 1 };
let typing = 0;
function begin() {
  for (const note of document.querySelectorAll(".noscript")) note.hidden = true;
  if (cases) prepare();
  read();
  if (!state.page) { state = { page: 1, rejected: 1 }; choose(); draw(); }
  addEventListener("hashchange", read);
  addEventListener("beforeprint", () => draw(true));
  addEventListener("afterprint", () => draw());
}
function options(select, several, word = (value) => value) {
  const counts = new Map();
  for (const value of several) counts.set(value || "none", (counts.get(value || "none") || 0) + 1);
  for (const [value, times] of [...counts].sort(([a], [b]) => (a === "none") - (b === "none") || collator.compare(a, b)))
    select.append(el("option", { value }, `${value === "none" ? "no match" : word(value)} (${count(times)})`));
}
function prepare() {
  options(fields.outcome, data.rows.map((row) => say(row[OUTCOME])), (value) => data.outcomes[value]);
  options(fields.list, data.rows.map((row) => say(row[LIST])));
  options(fields.strength, data.rows.map((row) => say(row[STRENGTH])));
  fields.q.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => go({ q: fields.q.value, ...restart }), 150); });
  for (const name of ["outcome", "list", "strength"]) fields[name].addEventListener("change", () => go({ [name]: fields[name].value, ...restart }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => go({ q: "", outcome: "", list: "", strength: "", sort: "", ...restart }));
  at("open").addEventListener("click", () => { opened.clear(); go({ open: state.open === "all" ? "" : "all" }); });
  for (const head of cases.querySelectorAll("[data-sort]")) {
    const button = el("button", { type: "button", class: "sort" }, head.textContent);
    button.addEventListener("click", () => { const name = head.dataset.sort, first = name === "outcome" || name === "score" ? `-${name}` : name, other = first === name ? `-${name}` : name; go({ sort: state.sort === first ? other : first, ...restart }); });
    head.replaceChildren(button);
  }
  form.hidden = false;
}
begin();
