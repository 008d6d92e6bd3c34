"use strict";
// Downloads: tables from the server for what the address says, pictures of what the page shows
(() => {
  const SVG = "http://www.w3.org/2000/svg", MARGIN = 16, SHARPER = 2, NOTE = 13, LINE = 19;
  const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "stroke-opacity", "opacity", "paint-order", "vector-effect", "font-family", "font-size", "font-weight", "text-anchor",
    "dominant-baseline", "display", "visibility"];
  const make = (tag, attributes, text) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const save = (blob, name) => {
    const link = Object.assign(document.createElement("a"), {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  const fetchTable = async (link) => {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(await answer.text());
    save(await answer.blob(), /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1]);
  };

  // An inline drawing as it looks, able to stand alone: styles written out, what it uses copied in
  const standing = (drawing) => {
    const copy = drawing.cloneNode(true), now = [drawing, ...drawing.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
      if (element.closest("defs")) return; // takes the looks of whoever uses it
      const style = getComputedStyle(now[i]);
      for (const name of KEPT) element.style.setProperty(name, style.getPropertyValue(name));
      for (const name of element.getAttributeNames()) if (/^(class|tabindex|role|aria-.*|data-.*)$/.test(name)) element.removeAttribute(name);
    });
    for (const use of copy.querySelectorAll("use")) {
      const used = document.querySelector(use.getAttribute("href"));
      if (used && !drawing.contains(used) && !copy.querySelector(use.getAttribute("href"))) {
        copy.prepend(make("defs", {}));
        copy.firstChild.append(used.cloneNode(true));
      }
    }
    return copy;
  };

  const placed = (copy, {left, top, width, height}, {x, y}) => {
    for (const [name, value] of Object.entries({x: left - x, y: top - y, width, height})) copy.setAttribute(name, value);
    return copy;
  };

  // The lines in which a text stands on the page
  const linesOf = (node) => {
    const lines = [], range = document.createRange();
    for (const {0: word, index} of node.data.matchAll(/\S+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const box = range.getBoundingClientRect(), last = lines.at(-1);
      if (!box.width) continue;
      if (last && Math.abs(last.box.top - box.top) < 2) last.words.push(word);
      else lines.push({box, words: [word]});
    }
    return lines;
  };

  const wrapped = (text, width, font) => {
    const pen = document.createElement("canvas").getContext("2d"), lines = [];
    pen.font = font;
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };

  const pictureOf = async (target, title, says) => {
    const frame = target.getBoundingClientRect(), {fontFamily, color} = getComputedStyle(target);
    const told = wrapped(says, frame.width, `${NOTE}px ${fontFamily}`), above = MARGIN + 12 + told.length * LINE;
    const origin = {x: frame.left - MARGIN, y: frame.top - MARGIN - above};
    const width = frame.width + 2 * MARGIN, height = frame.height + 2 * MARGIN + above;
    const picture = make("svg", {xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`});
    picture.append(make("rect", {width, height, fill: "#ffffff"}));
    picture.append(make("text", {x: MARGIN, y: MARGIN + 14, fill: color, "font-family": fontFamily, "font-size": 16, "font-weight": 600}, title));
    told.forEach((line, i) => picture.append(make("text", {x: MARGIN, y: MARGIN + 14 + (i + 1) * LINE, fill: color, "font-family": fontFamily, "font-size": NOTE}, line)));
    const visible = (element) => element.checkVisibility({visibilityProperty: true}) && !element.closest("[data-left-out], button, select, input, details");
    const charts = target.matches(".js-plotly-plot") ? [target] : target.querySelectorAll(".js-plotly-plot");
    for (const chart of charts) {
      const box = chart.getBoundingClientRect();
      const address = await window.Plotly.toImage(chart, {format: "svg", width: box.width, height: box.height});
      const drawn = new DOMParser().parseFromString(decodeURIComponent(address.slice(address.indexOf(",") + 1)), "image/svg+xml");
      picture.append(placed(document.importNode(drawn.documentElement, true), box, origin));
    }
    for (const drawing of target.querySelectorAll("svg")) {
      if (drawing.closest(".js-plotly-plot") || drawing.parentElement.closest("svg") || !visible(drawing)) continue;
      picture.append(placed(standing(drawing), drawing.getBoundingClientRect(), origin));
    }
    for (const mark of target.querySelectorAll(".regime-mark")) {
      const {left, top} = mark.getBoundingClientRect(), style = getComputedStyle(mark);
      const path = /path\("([^"]+)"\)/.exec(style.getPropertyValue("--mark"));
      if (path) picture.append(make("path", {d: path[1], fill: style.getPropertyValue("--colour"), transform: `translate(${left - origin.x} ${top - origin.y})`}));
    }
    const texts = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode, holder = node.parentElement;
      if (holder.closest("svg, .js-plotly-plot, script, style") || !visible(holder)) continue;
      const style = getComputedStyle(holder);
      for (const {box, words} of linesOf(node)) {
        const x = box.left - origin.x, y = box.top - origin.y + box.height * .78;
        picture.append(make("text", {x, y, fill: style.color, "font-family": style.fontFamily, "font-size": style.fontSize, "font-weight": style.fontWeight}, words.join(" ")));
      }
    }
    return {text: new XMLSerializer().serializeToString(picture), width, height};
  };

  const asPng = async ({text, width, height}) => {
    const image = new Image(), address = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}));
    image.src = address;
    await image.decode();
    URL.revokeObjectURL(address);
    const canvas = Object.assign(document.createElement("canvas"), {width: SHARPER * width, height: SHARPER * height});
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const takePicture = async ({dataset: {picture, form, file, title, says}}) => {
    const words = says.split(" ").filter(Boolean).map((id) => document.getElementById(id).textContent.trim().replace(/\.$/, ""));
    const made = await pictureOf(document.getElementById(picture), title, words.join(". "));
    save(form === "svg" ? new Blob([made.text], {type: "image/svg+xml"}) : await asPng(made), `${file}.${form}`);
  };

  const carry = ({target}) => {
    const link = target.closest?.("a[data-table]");
    if (link) link.search = location.search;
    return link;
  };
  document.addEventListener("focusin", carry);
  document.addEventListener("pointerover", carry);
  document.addEventListener("click", async (event) => {
    const link = carry(event), button = event.target.closest?.("button[data-picture]");
    if (!link && !button) return;
    event.preventDefault();
    try {
      await (link ? fetchTable(link) : takePicture(button));
      window.turnaround.tell("");
    } catch (problem) {
      window.turnaround.tell(`Nothing was downloaded: ${problem.message}`);
    }
  });
})();
