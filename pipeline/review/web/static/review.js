"use strict";
// The page without this is whole and readable; this sends what was decided, and knows the keys.
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("reading"), text = $("text"), list = $("rows");
  const page = form ? JSON.parse(form.dataset.page) : null;
  const rows = () => (list ? [...list.children] : []);
  const say = (words) => { $("status").textContent = words; };
  const complain = (words) => { $("alert").textContent = words; };
  const decided = (row) => row.querySelector('[aria-pressed="true"]')?.dataset.say || "";
  let current = null, sending = false, selected = null, words = null;

  async function send(path, body) {
    if (sending) return;
    sending = true;
    complain("");
    try {
      const answer = await fetch(path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      const found = json ? await answer.json() : { what: await answer.text() };
      if (answer.ok) { location.assign(found.next); return; }
      complain(`Not saved: ${found.what} ${found.remedy || ""}`);
    } catch (error) {
      complain("Not saved: the page does not answer. Is 'verbatims review serve' still running?");
    }
    sending = false;
  }

  function save() {
    const said = {};
    for (const row of rows()) {
      const decision = decided(row), { start, end, theme } = row.dataset;
      if (!decision) continue;
      said[theme] = { decision, note: row.querySelector(".note").value };
      if (start && decision === "present") said[theme].span = [Number(start), Number(end)];
    }
    const open = rows().filter((row) => "asked" in row.dataset && !decided(row));
    if (open.length) {
      choose(open[0]);
      complain(`${open.length} of the themes ${open.length > 1 ? "are" : "is"} undecided.`);
      return;
    }
    send("/readings", { queue: page.queue, place: page.place, seen: page.seen, memo: $("memo").value, said });
  }

  function choose(row) {
    if (!row) return;
    rows().forEach((one) => { one.classList.remove("current"); one.removeAttribute("aria-current"); });
    row.classList.add("current");
    row.setAttribute("aria-current", "true");
    current = row;
    row.scrollIntoView({ block: "nearest" });
  }

  function decide(row, decision) {
    if (!row) return;
    for (const button of row.querySelectorAll("[data-say]")) {
      button.setAttribute("aria-pressed", String(button.dataset.say === decision));
    }
    if (page.one && rows().length === 1) { save(); return; }
    const label = row.querySelector(".label").textContent;
    say(`${label}: ${row.querySelector('[aria-pressed="true"]').textContent}`);
    choose(rows().find((one) => !decided(one)) || row);
  }

  function add() {
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
    row.querySelector('[data-say="present"]').setAttribute("aria-pressed", "true");
    list.append(row);
    found.remove();
    $("none").hidden = true;
    $("add").value = "";
    $("add").blur();
    choose(row);
    say(`${found.value}: added, yes`);
  }

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
    if (!text || !found.rangeCount) return;
    const range = found.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const start = unitsOf(range.startContainer, range.startOffset), end = unitsOf(range.endContainer, range.endOffset);
    selected = start < end ? [start, end] : null;
  });

  function mark(row) {
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
    row.querySelectorAll("[data-say]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.say === "present")));
    say(`${row.querySelector(".label").textContent}: words marked, yes`);
    selected = words = null;
    getSelection().removeAllRanges();
  }

  function markByKey(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], last = words.length - 1;
    if (by) {
      words.to = Math.min(Math.max(words.to + by, event.shiftKey ? words.from : 0), last);
      if (!event.shiftKey) words.from = words.to;
      select(words[words.from][0], words[words.to][1]);
    } else if (event.key === "Enter") {
      selected = [words[words.from][0], words[words.to][1]];
      text.blur();
      mark(current);
    } else if (event.key === "Escape" || event.key === "Tab") {
      words = selected = null;
      getSelection().removeAllRanges();
      say("");
      if (event.key === "Tab") return;
    } else return;
    event.preventDefault();
  }

  const go = (id) => { const link = $(id); if (link) location.assign(link.href); };
  const move = (by) => { const all = rows(); choose(all[Math.min(Math.max(all.indexOf(current) + by, 0), all.length - 1)]); };
  const toggle = (one) => { if (one) one.open = !one.open; };
  const actions = {
    y: () => decide(current, "present"), n: () => decide(current, "absent"), u: () => decide(current, "unsure"),
    j: () => move(1), k: () => move(-1), s: () => mark(current), a: () => $("add").focus(), m: () => $("memo").focus(),
    t: () => current && current.querySelector(".note").focus(),
    d: () => { const more = current && current.querySelector(".about"); if (more) toggle(more); else current?.querySelector(".meaning")?.click(); },
    c: () => toggle($("context")), x: acceptRest, z: () => send("/undo", {}),
    ".": () => go("after"), ",": () => go("before"), "?": () => $("help").showModal(),
  };
  function acceptRest() {
    const open = rows().filter((row) => !decided(row));
    open.forEach((row) => decide(row, "present"));
  }

  let keysOn = true;
  try { keysOn = localStorage.getItem("keys") !== "off"; } catch (error) { /* a browser that keeps nothing */ }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (words && event.target === text) { markByKey(event); return; }
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && event.target.id === "add") { event.preventDefault(); add(); }
      if (event.key === "Enter" && event.target.matches(".note")) { event.preventDefault(); event.target.blur(); }
      return;
    }
    if (!keysOn || $("help")?.open || event.repeat) return;
    if (event.key === "/") { $("search").focus(); event.preventDefault(); return; }
    if (event.key === "q") { location.assign("/?all"); return; }
    if (event.key === "z" && $("undo")) { send("/undo", {}); return; }
    if (!form) return;
    if (event.key === "Enter" && !event.target.closest("a, button, summary")) { event.preventDefault(); save(); return; }
    if (/^[1-9]$/.test(event.key)) { choose(rows()[Number(event.key) - 1]); return; }
    if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
  });

  $("undo")?.addEventListener("click", () => send("/undo", {}));
  if (!form) return;
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  list.addEventListener("focusin", (event) => choose(event.target.closest(".row")));
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row"), button = event.target.closest("button");
    if (!row || !button) return;
    choose(row);
    if (button.dataset.say) decide(row, button.dataset.say);
    if (button.dataset.do === "mark") mark(row);
    if (button.dataset.do === "unmark") {
      delete row.dataset.start;
      delete row.dataset.end;
      row.querySelector(".span").hidden = true;
    }
  });
  $("add-button").addEventListener("click", add);
  $("accept").addEventListener("click", acceptRest);
  $("help-button").addEventListener("click", () => $("help").showModal());
  $("keys-on").checked = keysOn;
  $("keys-on").addEventListener("change", (event) => {
    keysOn = event.target.checked;
    try { localStorage.setItem("keys", keysOn ? "on" : "off"); } catch (error) { /* as above */ }
  });
  choose(rows().find((row) => !decided(row)) || rows()[0]);
})();
