// A theme's part of the codebook: an example is added, or the rule whose effect is shown.
import { $, go, listen, send } from "./page.js";

const form = $("example"), page = form ? JSON.parse(form.dataset.page) : null;

function add(key) {
  if (!form) return;
  const words = $("words"), own = words.value !== words.defaultValue;
  const { theme, queue, place, span, seen } = page;
  const text = own || place === null ? { text: words.value } : {};
  send("/workshop/example", { theme, queue, place, span, seen, key, ...text });
}

const keep = () => { if ($("keep")) send("/workshop/rule", page); };

listen({
  x: () => add("examples"), c: () => add("counter_examples"), w: () => $("words")?.focus(),
  t: () => $("term")?.focus(), s: keep, b: () => go("back"),
});
form?.addEventListener("submit", (event) => { event.preventDefault(); add(event.submitter?.value || "examples"); });
$("keep")?.addEventListener("click", keep);
