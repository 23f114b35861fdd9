// The order after a lap, from the page's own table, and a line at that lap in both pictures.
(() => {
  "use strict";
  const part = document.querySelector("[data-slider]");
  if (!part) return;
  const slider = part.querySelector("input");
  const order = part.querySelector("[data-order]");
  const gone = part.querySelector("[data-out]");
  const said = part.querySelector("[data-lap]");
  const flag = part.querySelector("[data-flag]");
  const last = Number(slider.max);
  const SVG = "http://www.w3.org/2000/svg";

  const marks = [...document.querySelectorAll("[data-laps]")].map((one) => {
    const first = Number(one.dataset.laps);
    const svg = one.querySelectorAll(".plot > svg")[1];
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("class", "lap-mark");
    line.setAttribute("y1", "10");
    line.setAttribute("y2", String(svg.height.baseVal.value - 24));
    svg.append(line);
    return { first, line };
  });

  const show = () => {
    const lap = Number(slider.value);
    const row = document.querySelector(`[data-lap-row="${lap}"]`);
    said.textContent = String(lap);
    for (const { first, line } of marks) {
      const at = last > first ? `${(100 * (lap - first)) / (last - first)}%` : "0";
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
    }
    gone.textContent = row ? row.dataset.out : "";
    if (!row) return;
    const out = row.querySelector("th .flag");
    flag.textContent = out ? out.textContent : "";
    slider.setAttribute("aria-valuetext", `lap ${lap}${out ? `, ${out.textContent}` : ""}`);
    order.replaceChildren(...[...row.cells].slice(1).filter((one) => one.hasChildNodes()).map((one) => {
      const item = document.createElement("li");
      item.append(...[...one.childNodes].map((node) => node.cloneNode(true)));
      return item;
    }));
  };
  slider.addEventListener("input", show);
  part.hidden = false;
  show();
})();
