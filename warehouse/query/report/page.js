// Draws the charts in the colors of the page, and again when these change or the page is printed.
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw(isDark) {
  const ink = isDark ? "#e6e6e6" : "#1b1f24", soft = isDark ? "#a0a8b0" : "#57606a", line = isDark ? "#3d444d" : "#d0d7de";
  const config = {
    background: null,
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { labelColor: ink, titleColor: soft, gridColor: line, domainColor: soft, tickColor: soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    legend: { labelColor: ink, labelFontSize: 12 },
    text: { color: ink, fontSize: 11 },
  };
  for (const [name, spec] of Object.entries(CHARTS)) {
    const colored = isDark ? JSON.parse(JSON.stringify(spec).replaceAll("#0072B2", "#56B4E9")) : spec;
    vegaEmbed("#chart-" + name, { ...colored, config }, { renderer: "svg", actions: false });
  }
}
draw(dark.matches);
dark.addEventListener("change", () => draw(dark.matches));
addEventListener("beforeprint", () => draw(false));
addEventListener("afterprint", () => draw(dark.matches));

// Sorts a table by the column whose heading is pressed; rows without a key and rows of totals stay at the end.
function sort(table, place, heading) {
  const rises = heading.getAttribute("aria-sort") === "descending" || !(heading.ariaSort || heading.classList.contains("n"));
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", rises ? "ascending" : "descending");
  const isNumber = heading.classList.contains("n");
  const key = (row) => row.cells[place].dataset.key;
  const last = (row) => (row.classList.contains("total") ? 2 : key(row) === "" ? 1 : 0);
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    if (last(a) || last(b)) return last(a) - last(b);
    const order = isNumber ? key(a) - key(b) : key(a).localeCompare(key(b));
    return rises ? order : -order;
  });
  table.tBodies[0].append(...rows);
}
for (const table of document.querySelectorAll("main .wide > table")) {
  if (table.closest("#lineage")) continue;
  [...table.tHead.rows[0].cells].forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, place, heading));
  });
  if (!table.classList.contains("long")) continue;
  table.classList.add("cut");
  const more = document.createElement("button");
  more.type = "button";
  more.className = "more";
  more.textContent = `Show all ${table.tBodies[0].rows.length.toLocaleString("en-US")} rows`;
  more.addEventListener("click", () => { table.classList.remove("cut"); more.remove(); });
  table.parentElement.after(more);
}

// The contents take a whole screen of a phone.
if (matchMedia("(max-width: 40rem)").matches) document.querySelector("nav details").open = false;
