"use strict";
// Two things: pointing at a value lights the lines it came from; the head of a table sorts it. The page works without.

const pages = document.querySelector(".pages");

function light(group, part) {
  pages.classList.toggle("is-lit", Boolean(group));
  for (const line of pages.querySelectorAll(".line")) {
    const isOf = group && line.dataset.group === group && (!part || line.dataset.part === part);
    line.classList.toggle("lit", Boolean(isOf));
  }
  for (const card of document.querySelectorAll(".card")) card.classList.toggle("lit", Boolean(group) && card.id === group);
}

if (pages) {
  const values = document.querySelector(".values");
  const point = (event) => {
    const of = event.target.closest("[data-lights]");
    light(of && of.dataset.lights, of && of.dataset.part);
  };
  values.addEventListener("pointerover", point);
  values.addEventListener("focusin", point);
  values.addEventListener("pointerleave", () => light(null));
  values.addEventListener("focusout", () => light(null));
  values.addEventListener("click", (event) => {
    const card = event.target.closest("article[data-lights]");
    if (!card || event.target.closest("a, summary, .written") || String(getSelection())) return;
    const first = pages.querySelector(`.line[data-group="${CSS.escape(card.dataset.lights)}"]`);
    if (first) first.scrollIntoView({ block: "center" });
  });
  pages.addEventListener("pointerover", (event) => {
    const line = event.target.closest(".line");
    light(line && line.dataset.group, null);
  });
  pages.addEventListener("pointerleave", () => light(null));
}

function keyOf(row, column, isNumber) {
  const text = row.cells[column].textContent.trim();
  if (!isNumber) return text === "–" || text === "" ? null : text.toLowerCase();
  const number = parseFloat(text.replaceAll(",", ""));
  return Number.isNaN(number) ? null : number;
}

function sort(table, column, heading) {
  const isNumber = heading.classList.contains("n");
  const was = heading.getAttribute("aria-sort");
  const down = was ? was === "ascending" : isNumber;
  const rows = [...table.tBodies[0].rows].map((row) => [keyOf(row, column, isNumber), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return down ? -order : order;
  });
  table.tBodies[0].append(...rows.map(([, row]) => row));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, column, heading));
  });
}

// Empty fields need not stand in the address.
const form = document.querySelector("form.search");
if (form) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}
