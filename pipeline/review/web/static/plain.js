// A page without a form of its own: the keys that every page knows, and undo where there is a button for it.
import { $, listen, send } from "./page.js";

const undo = $("undo") ? { z: () => send("/undo", {}) } : {};
listen(undo);
$("undo")?.addEventListener("click", () => send("/undo", {}));
