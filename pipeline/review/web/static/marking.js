// Words of the response that are marked for a theme, by selection or by the keys.
import { $, complain, say } from "./page.js";
import { choose, currentRow, labelOf, press } from "./rows.js";

const text = $("text");
let selected = null, words = null;

// Offsets: the DOM counts UTF-16 units, the server code points of the untouched text.
const points = (units) => [...text.textContent.slice(0, units)].length;
function unitsOf(node, offset) {
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

function select(start, end) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT), range = document.createRange();
  let seen = 0, begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const next = seen + node.length;
    if (!begun && start < next) { range.setStart(node, start - seen); begun = true; }
    if (begun && end <= next) { range.setEnd(node, end - seen); break; }
    seen = next;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

document.addEventListener("selectionchange", () => {
  const found = getSelection();
  if (!found.rangeCount) return;
  const range = found.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
  const start = unitsOf(range.startContainer, range.startOffset), end = unitsOf(range.endContainer, range.endOffset);
  selected = start < end ? [start, end] : null;
});

export function mark(row) {
  if (!row) { complain("Add or choose a theme first; then mark its words."); return; }
  choose(row);
  if (!selected) {
    words = [...text.textContent.matchAll(/\S+/gu)].map((one) => [one.index, one.index + one[0].length]);
    if (!words.length) { words = null; return; }
    words.from = words.to = 0;
    text.focus();
    select(...words[0]);
    say("Arrows choose a word, with Shift more of them; Enter marks, Escape leaves.");
    return;
  }
  const [start, end] = selected;
  row.dataset.start = points(start);
  row.dataset.end = points(end);
  row.querySelector(".span q").textContent = text.textContent.slice(start, end);
  row.querySelector(".span").hidden = false;
  press(row, "present");
  say(`${labelOf(row)}: words marked, yes`);
  selected = words = null;
  getSelection().removeAllRanges();
}

// The words selected, or else those marked for the theme, in code points; none is [].
export function wordsOf(row) {
  if (selected) return selected.map(points);
  const { start, end } = row.dataset;
  return start ? [start, end] : [];
}

export function unmark(row) {
  delete row.dataset.start;
  delete row.dataset.end;
  row.querySelector(".span").hidden = true;
}

// Whether the key was for choosing words.
export function markByKey(event) {
  if (!words || event.target !== text) return false;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], last = words.length - 1;
  if (by) {
    words.to = Math.min(Math.max(words.to + by, event.shiftKey ? words.from : 0), last);
    if (!event.shiftKey) words.from = words.to;
    select(words[words.from][0], words[words.to][1]);
  } else if (event.key === "Enter") {
    selected = [words[words.from][0], words[words.to][1]];
    text.blur();
    mark(currentRow());
  } else if (event.key === "Escape" || event.key === "Tab") {
    words = selected = null;
    getSelection().removeAllRanges();
    say("");
    if (event.key === "Tab") return true;
  } else return true;
  event.preventDefault();
  return true;
}
