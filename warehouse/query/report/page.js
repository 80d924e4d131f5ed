// Draws the charts in the colours of the page, and again when these change or the page is printed.
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
    const coloured = isDark ? JSON.parse(JSON.stringify(spec).replaceAll("#0072B2", "#56B4E9")) : spec;
    vegaEmbed("#chart-" + name, { ...coloured, config }, { renderer: "svg", actions: false });
  }
}
draw(dark.matches);
dark.addEventListener("change", () => draw(dark.matches));
addEventListener("beforeprint", () => draw(false));
addEventListener("afterprint", () => draw(dark.matches));
