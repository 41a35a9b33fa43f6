// Comfort only: every page works without this file.
"use strict";

// "/" goes to the search box, unless someone is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.getElementById("search-everywhere");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A second press on a button while the first is under way does nothing; the server keeps one record anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else form.setAttribute("aria-busy", "true");
  setTimeout(rest, 10000); // milliseconds: after that the connection is to blame, and trying again is right
});
function rest() {
  document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
}
window.addEventListener("pageshow", rest);
document.addEventListener("htmx:afterRequest", rest);

// The summary of errors is read first, on a whole page and in a part that htmx filled in.
function readErrors(where) {
  const summary = where.querySelector("[data-errors]");
  if (summary) summary.focus();
}
readErrors(document);
document.addEventListener("htmx:afterSettle", (event) => readErrors(event.target));

// When a part could not be fetched, say so: nothing that was typed is lost.
function sayTrouble(event) {
  const trouble = document.getElementById("trouble");
  if (trouble) trouble.hidden = event.type === "htmx:afterSwap";
}
["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:afterSwap"].forEach((name) => {
  document.addEventListener(name, sayTrouble);
});
