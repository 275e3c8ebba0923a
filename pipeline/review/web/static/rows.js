// The themes of a response, one row each; one of them is current.
import { $, complain, say } from "./page.js";

const list = $("rows");
let current = null;

export const rows = () => [...list.children];
export const currentRow = () => current;
export const labelOf = (row) => row.querySelector(".label").textContent;
export const decided = (row) => row.querySelector('[aria-pressed="true"]')?.dataset.say || "";
export const firstOpen = () => rows().find((row) => !decided(row));

export function choose(row) {
  if (!row) return;
  rows().forEach((one) => { one.classList.remove("current"); one.removeAttribute("aria-current"); });
  row.classList.add("current");
  row.setAttribute("aria-current", "true");
  current = row;
  row.scrollIntoView({ block: "nearest" });
}

export function move(by) {
  const all = rows();
  choose(all[Math.min(Math.max(all.indexOf(current) + by, 0), all.length - 1)]);
}

export function press(row, decision) {
  for (const button of row.querySelectorAll("[data-say]")) {
    button.setAttribute("aria-pressed", String(button.dataset.say === decision));
  }
}

export function add() {
  const wanted = $("add").value.trim().toLowerCase(), options = [...$("themes").options];
  const labels = options.filter((one) => one.value.toLowerCase().includes(wanted));
  const found = options.find((one) => one.value.toLowerCase() === wanted) || (labels.length === 1 ? labels[0] : null);
  if (!wanted || !found) { complain(labels.length > 1 ? "More than one theme has these letters." : "There is no such theme to add."); return; }
  complain("");
  const row = $("new-row").content.firstElementChild.cloneNode(true), number = rows().length + 1;
  row.dataset.theme = found.dataset.theme;
  row.querySelector(".number").textContent = number;
  row.querySelector(".label").textContent = found.value;
  row.querySelector("h3").id = `label-${number}`;
  row.querySelector(".choice").setAttribute("aria-labelledby", `label-${number}`);
  row.querySelector(".meaning").href = `/theme/${encodeURIComponent(found.dataset.theme)}`;
  const codebook = row.querySelector(".codebook");
  if (codebook) codebook.href = codebook.href.replace("theme=", `theme=${encodeURIComponent(found.dataset.theme)}`);
  press(row, "present");
  list.append(row);
  found.remove();
  $("none").hidden = true;
  $("add").value = "";
  $("add").blur();
  choose(row);
  say(`${found.value}: added, yes`);
}
