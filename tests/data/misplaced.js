() => {
  const faults = [], words = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const shown = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;

  // Words of the page itself: none cut off, none beyond the edge, none over others
  const lines = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walk.nextNode()) {
    const text = walk.currentNode, holder = text.parentElement;
    if (!text.data.trim() || !shown(holder) || holder.closest("svg, .js-plotly-plot, script, style, .skip, .unseen, option")) continue;
    const style = getComputedStyle(holder);
    if (holder.clientWidth && holder.scrollWidth > holder.clientWidth + 1 && ["hidden", "clip"].includes(style.overflowX))
      faults.push(`cut off: ${words(holder)}`);
    let over = holder, scrolls = false;
    const cuts = []; // what hides whatever reaches beyond it, up to what can be scrolled
    for (; over; over = over.parentElement) {
      const {position, overflowX, overflowY, contain} = getComputedStyle(over);
      scrolls ||= ["auto", "scroll"].includes(overflowX) || (over !== document.documentElement && ["auto", "scroll"].includes(overflowY));
      if (!scrolls && (["hidden", "clip"].includes(overflowX) || ["hidden", "clip"].includes(overflowY) || /paint|content|strict/.test(contain))) cuts.push(over.getBoundingClientRect());
      if (["sticky", "fixed"].includes(position)) scrolls = true;
    }
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.right < 0) continue;
      if (cuts.some((cut) => box.left < cut.left - 2 || box.right > cut.right + 2 || box.top < cut.top - 4 || box.bottom > cut.bottom + 4))
        faults.push(`cut off by what is around it: ${words(holder)}`);
      if (scrolls) continue;
      if (box.right > innerWidth + 1) faults.push(`beyond the edge: ${words(holder)}`);
      lines.push([box, holder]);
    }
  }
  lines.sort((a, b) => a[0].top - b[0].top);
  lines.forEach(([box, holder], i) => {
    for (let j = i + 1; j < lines.length && lines[j][0].top < box.bottom; j++) {
      if (lines[j][1] !== holder && meet(box, lines[j][0])) faults.push(`one over the other: ${words(holder)} / ${words(lines[j][1])}`);
    }
  });

  // What is typed or chosen: shown whole, or with dots where it ends
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=range], [type=radio], [type=checkbox])")) {
    if (shown(field) && field.value && field.scrollWidth > field.clientWidth + 1 && getComputedStyle(field).textOverflow !== "ellipsis")
      faults.push(`cut off: ${field.value}`);
  }

  // Words in charts: inside the chart, and none over others
  for (const chart of document.querySelectorAll(".js-plotly-plot, figure svg, .chart svg, .drawing > svg, svg.map")) {
    if (!shown(chart) || (chart.matches("svg") && chart.closest(".js-plotly-plot"))) continue;
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")].filter((text) => text.textContent.trim() && shown(text));
    const boxes = texts.map((text) => text.getBoundingClientRect());
    boxes.forEach((box, i) => {
      if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2)
        faults.push(`outside its chart: ${words(texts[i])}`);
      boxes.slice(i + 1).forEach((other, j) => {
        if (meet(box, other)) faults.push(`one over the other: ${words(texts[i])} / ${words(texts[i + 1 + j])}`);
      });
    });
  }
  return [...new Set(faults)];
}
