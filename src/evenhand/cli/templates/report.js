"use strict";
// The page is whole without this: it only hides what does not contain the words typed, and opens all for print.
const box = document.getElementById("filter");
if (box) {
  const input = document.getElementById("words"), shown = document.getElementById("shown");
  const cases = Array.from(document.querySelectorAll(".case"), (node) => ({ node, text: node.textContent.toLowerCase() }));
  const groups = Array.from(document.querySelectorAll(".group"));
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const each of cases) {
      each.node.hidden = !words.every((word) => each.text.includes(word));
      count += each.node.hidden ? 0 : 1;
    }
    for (const group of groups) group.hidden = !group.querySelector(".case:not([hidden])");
    shown.textContent = words.length ? `${count} of ${cases.length} decisions` : "";
  });
  box.hidden = false;
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
