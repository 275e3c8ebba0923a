// What every page does: say something, send something, and know its keys.
// A page without scripts is whole and readable.
export const $ = (id) => document.getElementById(id);
export const say = (words) => { $("status").textContent = words; };
export const complain = (words) => { $("alert").textContent = words; };

let sending = false;

// Posts what was decided and goes on to where the answer says; what went wrong is told and stays.
export async function send(path, body) {
  if (sending) return;
  sending = true;
  complain("");
  const found = await post(path, body);
  if (found.next) { location.assign(found.next); return; }
  complain(`Not saved: ${found.what} ${found.remedy || ""}`);
  sending = false;
}

// The answer to what was posted: what was asked for, or { what, remedy } of what went wrong.
export async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return json ? await answer.json() : { what: await answer.text() };
  } catch (error) {
    return { what: "the page does not answer. Is 'verbatims review serve' still running?" };
  }
}

export const go = (id) => { const link = $(id); if (link) location.assign(link.href); };

let keysOn = true;
try { keysOn = localStorage.getItem("keys") !== "off"; } catch (error) { /* a browser that keeps nothing */ }
const actions = {
  "/": () => $("search").focus(),
  q: () => location.assign("/?all"),
  "?": () => $("help")?.showModal(),
};

// Keys of the page: key -> what it does. `first` may take any event before them, and says whether it did.
export function listen(more, first = () => false) {
  Object.assign(actions, more);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (first(event)) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!keysOn || $("help")?.open || event.repeat) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key](event);
  });
  $("help-button")?.addEventListener("click", () => $("help").showModal());
  if (!$("keys-on")) return;
  $("keys-on").checked = keysOn;
  $("keys-on").addEventListener("change", (event) => {
    keysOn = event.target.checked;
    try { localStorage.setItem("keys", keysOn ? "on" : "off"); } catch (error) { /* as above */ }
  });
}
