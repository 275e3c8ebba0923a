// A theme's part of the codebook: an example is added, or the rule whose effect is shown.
import { $, go, listen, send } from "./page.js";

const form = $("example"), page = form ? JSON.parse(form.dataset.page) : null;

// What went wrong is told above the rule, which may be out of sight.
async function post(path, body) {
  await send(path, body);
  $("alert").scrollIntoView({ block: "nearest" });
}

function add(key) {
  if (!form) return;
  const words = $("words"), own = words.value !== words.defaultValue;
  const { theme, queue, place, span, seen } = page;
  const text = own || place === null ? { text: words.value } : {};
  post("/workshop/example", { theme, queue, place, span, seen, key, ...text });
}

const keep = () => { if ($("keep")) post("/workshop/rule", page); };

listen({
  x: () => add("examples"), c: () => add("counter_examples"), w: () => $("words")?.focus(),
  t: () => $("term")?.focus(), s: keep, b: () => go("back"),
});
for (const button of form?.querySelectorAll("button") || []) button.addEventListener("click", () => add(button.value));
$("keep")?.addEventListener("click", keep);
