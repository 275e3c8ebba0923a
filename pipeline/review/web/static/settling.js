// What people differ on, side by side: it is decided theme by theme, and sent.
import { $, complain, go, listen, say, send } from "./page.js";
import { choose, currentRow, decided, firstOpen, labelOf, move, press, rows } from "./rows.js";

const form = $("settling"), page = JSON.parse(form.dataset.page);

function save() {
  const open = rows().filter((row) => "asked" in row.dataset && !decided(row));
  if (open.length) {
    choose(open[0]);
    complain(`${open.length} of the themes ${open.length > 1 ? "are" : "is"} not settled.`);
    return;
  }
  const said = {};
  for (const row of rows()) {
    const decision = decided(row);
    if (decision) said[row.dataset.theme] = { decision, note: row.querySelector(".note").value };
  }
  send("/settlings", { ...page, together: $("together").value, said });
}

function decide(row, decision) {
  if (!row) return;
  press(row, decision);
  say(`${labelOf(row)}: ${row.querySelector('[aria-pressed="true"]').textContent}`);
  choose(firstOpen() || row);
}

function explain() {
  const about = currentRow()?.querySelector(".about");
  if (about) about.open = !about.open;
}

function inFields(event) {
  if (event.key !== "Enter" || !event.target.matches("input[type=text]")) return false;
  event.preventDefault();
  event.target.blur();
  return true;
}

const undo = () => send("/undo", {});
const byNumber = Object.fromEntries([..."123456789"].map((key) => [key, () => choose(rows()[Number(key) - 1])]));
listen({
  ...byNumber,
  y: () => decide(currentRow(), "present"), n: () => decide(currentRow(), "absent"), u: () => decide(currentRow(), "unsure"),
  j: () => move(1), k: () => move(-1), m: () => currentRow()?.querySelector(".note").focus(), w: () => $("together").focus(),
  d: explain, z: undo, Enter: save,
  ".": () => go("after"), ",": () => go("before"),
}, inFields);

$("undo").addEventListener("click", undo);
form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
$("rows").addEventListener("focusin", (event) => choose(event.target.closest(".row")));
$("rows").addEventListener("click", (event) => {
  const row = event.target.closest(".row"), button = event.target.closest("[data-say]");
  if (!row) return;
  choose(row);
  if (button) decide(row, button.dataset.say);
});
choose(firstOpen() || rows()[0]);
