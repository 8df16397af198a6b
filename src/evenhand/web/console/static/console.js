// Keys of the console; every page works without this script.
"use strict";

(() => {
  const typing = (target) => target.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
  const current = () => rows().findIndex((row) => row.classList.contains("current"));

  const show = (place) => {
    const all = rows();
    if (!all.length) return;
    const next = Math.max(0, Math.min(place, all.length - 1));
    all.forEach((row, index) => {
      row.classList.toggle("current", index === next);
    });
    const link = all[next].querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  };

  // An element with data-key="s" is pressed, opened or focused by that key.
  const press = (key) => {
    const target = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && !each.closest("[hidden]"));
    if (!target) return false;
    if (target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) target.focus();
    else target.click();
    // A choice may lead on to the field that says why.
    document.getElementById(target.dataset.then)?.focus();
    // What a key has opened is filled in next.
    const opened = target.closest("summary")?.parentElement;
    if (opened?.open) opened.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    return true;
  };

  const find = () => {
    const field = document.getElementById("find");
    if (field) { field.focus(); field.select(); }
    return Boolean(field);
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      if (find()) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const acts = {
      j: () => show(current() + 1),
      k: () => show(current() - 1),
      "/": find,
      "?": () => document.getElementById("keys").showModal(),
    };
    if (event.key in acts) { acts[event.key](); event.preventDefault(); } else if (press(event.key)) event.preventDefault();
  });

  // How far long work is: the part is replaced as it goes on, and the page is loaded again at the end.
  document.querySelectorAll("[data-events]").forEach((place) => {
    const source = new EventSource(place.dataset.events);
    source.addEventListener("part", (event) => { place.innerHTML = event.data; });
    source.addEventListener("end", () => { source.close(); window.location.reload(); });
  });

  document.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });

  // Enter sends the form of a text that is mostly one line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea[data-enter]")) return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button.primary"));
  });

  // What was found while one types is a list that is walked by the arrows (ARIA: combobox with a listbox).
  const field = document.getElementById("find");
  const list = document.getElementById("found");
  if (field && list) {
    Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list" })
      .forEach(([name, value]) => { field.setAttribute(name, value); });
    const options = () => [...list.querySelectorAll("[role=option]")];
    const choose = (place) => {
      options().forEach((each, index) => {
        each.setAttribute("aria-selected", String(index === place));
        if (index === place) each.scrollIntoView({ block: "nearest" });
      });
      if (place >= 0) field.setAttribute("aria-activedescendant", options()[place].id);
      else field.removeAttribute("aria-activedescendant");
    };
    const empty = () => { list.replaceChildren(); field.setAttribute("aria-expanded", "false"); choose(-1); };
    list.addEventListener("htmx:afterSwap", () => { field.setAttribute("aria-expanded", String(options().length > 0)); choose(-1); });
    field.addEventListener("keydown", (event) => {
      const all = options();
      const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" && all.length) choose((at + 1) % all.length);
      else if (event.key === "ArrowUp" && all.length) choose((at - 1 + all.length) % all.length);
      else if (event.key === "Enter" && at >= 0) all[at].querySelector("a").click();
      else if (event.key === "Escape" && all.length) { empty(); event.stopPropagation(); } else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => { window.setTimeout(() => { if (!list.matches(":hover")) empty(); }, 150); });
  }

  // A button that asks before it acts.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.ask;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // A form is sent once: Enter or a button pressed twice would answer twice. After ten seconds it may be sent again.
  const sentAt = new WeakMap();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (Date.now() - (sentAt.get(event.target) ?? 0) < 10_000) event.preventDefault();
    else sentAt.set(event.target, Date.now());
  });
  // A page to which somebody goes back may be sent at once.
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form").forEach((each) => { sentAt.delete(each); }); });
})();
