// A figure: it is signed as it was shown.
import { $, go, listen, send } from "./page.js";

const form = $("sign");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { question, theme, seen } = form.dataset;
  send("/signatures", { question, theme, seen, memo: $("memo").value });
});
listen({ ".": () => go("after"), ",": () => go("before"), r: () => go("read") });
