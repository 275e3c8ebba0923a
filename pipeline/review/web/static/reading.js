// A response in a queue: its themes are decided on, and the reading is sent.
import { $, complain, go, listen, say, send } from "./page.js";
import { mark, markByKey, unmark, wordsOf } from "./marking.js";
import { add, choose, currentRow, decided, firstOpen, labelOf, move, press, rows } from "./rows.js";

const form = $("reading"), page = JSON.parse(form.dataset.page);

function collect() {
  const said = {};
  for (const row of rows()) {
    const decision = decided(row), { start, end, theme } = row.dataset;
    if (!decision) continue;
    said[theme] = { decision, note: row.querySelector(".note").value };
    if (start && decision === "present") said[theme].span = [Number(start), Number(end)];
  }
  return { memo: $("memo").value, said };
}

function save() {
  const open = rows().filter((row) => "asked" in row.dataset && !decided(row));
  if (open.length) {
    choose(open[0]);
    complain(`${open.length} of the themes ${open.length > 1 ? "are" : "is"} undecided.`);
    return;
  }
  const { queue, place, seen, known } = page;
  send("/readings", { queue, place, seen, known, ...collect() });
}

function decide(row, decision) {
  if (!row) return;
  press(row, decision);
  if (page.one && rows().length === 1) { save(); return; }
  say(`${labelOf(row)}: ${row.querySelector('[aria-pressed="true"]').textContent}`);
  choose(firstOpen() || row);
}

const acceptRest = () => rows().filter((row) => !decided(row)).forEach((row) => decide(row, "present"));
const toggle = (one) => { if (one) one.open = !one.open; };
const undo = () => send("/undo", {});

function explain() {
  const row = currentRow(), about = row?.querySelector(".about");
  if (about) toggle(about); else row?.querySelector(".meaning")?.click();
}

// The codebook at the words that are selected; in a tab of its own where something is not saved yet.
function openCodebook(row) {
  const link = row.querySelector(".codebook"), [start, end] = wordsOf(row), address = new URL(link.href);
  if (end) { address.searchParams.set("start", start); address.searchParams.set("end", end); }
  link.href = address;
  link.target = JSON.stringify(collect()) === shown ? "" : "_blank";
  if (link.target) say("The codebook is in another tab: what you decided here is not saved yet.");
}

function inFields(event) {
  if (markByKey(event)) return true;
  if (event.key !== "Enter") return false;
  if (event.target.id === "add") { event.preventDefault(); add(); return true; }
  if (event.target.matches(".note")) { event.preventDefault(); event.target.blur(); return true; }
  return false;
}

const byNumber = Object.fromEntries([..."123456789"].map((key) => [key, () => choose(rows()[Number(key) - 1])]));
listen({
  ...byNumber,
  y: () => decide(currentRow(), "present"), n: () => decide(currentRow(), "absent"), u: () => decide(currentRow(), "unsure"),
  j: () => move(1), k: () => move(-1), s: () => mark(currentRow()), a: () => $("add").focus(), m: () => $("memo").focus(),
  t: () => currentRow()?.querySelector(".note").focus(),
  d: explain, e: () => currentRow()?.querySelector(".codebook")?.click(), c: () => toggle($("context")), x: acceptRest, z: undo, Enter: save,
  ".": () => go("after"), ",": () => go("before"),
}, inFields);

$("undo").addEventListener("click", undo);
form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
$("rows").addEventListener("focusin", (event) => choose(event.target.closest(".row")));
$("rows").addEventListener("click", (event) => {
  const row = event.target.closest(".row"), button = event.target.closest("button");
  if (row && event.target.closest(".codebook")) { openCodebook(row); return; }
  if (!row || !button) return;
  choose(row);
  if (button.dataset.say) decide(row, button.dataset.say);
  if (button.dataset.do === "mark") mark(row);
  if (button.dataset.do === "unmark") unmark(row);
});
$("add-button").addEventListener("click", add);
$("accept").addEventListener("click", acceptRest);
const shown = JSON.stringify(collect());
choose(firstOpen() || rows()[0]);
