"use strict";
// What a map says of the council that is pointed at
const watchMaps = ({maps, names, titles, say, tip, chosen}) => {
  const element = (tag, text) => Object.assign(document.createElement(tag), {textContent: text});
  const point = (event) => {
    const hex = event.target.closest("use[data-c]");
    tip.hidden = !hex;
    if (!hex) return;
    const regime = hex.closest(".map").dataset.regime;
    tip.replaceChildren(element("b", names[hex.dataset.c]), `${titles[regime]}: ${say(hex.dataset.c, regime)}`);
    const width = document.documentElement.clientWidth, box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, width - box.width - 8)) + scrollX}px`;
    tip.style.top = `${event.clientY + 18 + scrollY}px`;
  };
  for (const map of maps) {
    map.addEventListener("pointermove", point);
    map.addEventListener("pointerdown", point);
    map.addEventListener("pointerleave", () => { tip.hidden = true; });
    map.addEventListener("click", (event) => {
      const hex = event.target.closest("use[data-c]");
      if (hex) chosen(hex.dataset.c, event);
    });
  }
};
