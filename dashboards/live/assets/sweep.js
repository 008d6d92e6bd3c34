"use strict";
// The page of a sweep: points as lines, two factors together, and the ranges that join all its figures
(() => {
  const SVG = "http://www.w3.org/2000/svg", {calls, note, plotly} = window.turnaround;
  const ROW = 80, TOP = 36, LINE = 15, HALF = 13, CELL = 46, LEAST_DRAG = 4, INK = "#1b1f24", GREY = "#c4c9cf";
  let held = new Map(), config = {}, lines = null, two = null, stopDrawing = null;

  const make = (tag, attributes = {}, text) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // ---- Ranges: name -> what stands after its colon in the address
  const read = (text) => new Map((text || "").split(",").filter(Boolean).map((one) => [one.slice(0, one.indexOf(":")), one.slice(one.indexOf(":") + 1)]));
  const write = (ranges) => [...ranges].map(([name, range]) => `${name}:${range}`).join(",");
  const idOf = (id) => JSON.stringify(id, Object.keys(id).sort());
  const put = (id, props) => { if (document.getElementById(idOf(id))) window.dash_clientside.set_props(id, props); };
  const ends = (range) => { const at = range.indexOf(".."); return at < 0 ? null : [range.slice(0, at), range.slice(at + 2)]; };

  const holds = (ranges) => {
    held = ranges;
    if (document.getElementById("clear-where")) window.dash_clientside.set_props("clear-where", {disabled: !held.size});
  };
  const hold = (ranges) => {
    const names = new Set([...held.keys(), ...ranges.keys()]);
    holds(ranges);
    window.dash_clientside.set_props({type: "view", key: "where", usual: ""}, {value: write(held)});
    for (const name of names) {
      const range = held.get(name) || "", both = ends(range) || ["", ""];
      put({type: "range", name, end: "low"}, {value: both[0] === "" ? "" : Number(both[0])});
      put({type: "range", name, end: "high"}, {value: both[1] === "" ? "" : Number(both[1])});
      put({type: "range", name, end: "kinds"}, {value: range && !ends(range) ? range.split("|") : []});
    }
  };
  const change = (changes) => {
    const ranges = new Map(held);
    for (const [name, range] of changes) if (range) ranges.set(name, range); else ranges.delete(name);
    hold(ranges);
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {sweep: {
    // From what is typed to what the address says
    ranges(values, ids, before) {
      const ranges = read(before), typed = {};
      ids.forEach(({name, end}, i) => { (typed[name] ||= {})[end] = values[i]; });
      for (const [name, {low = "", high = "", kinds}] of Object.entries(typed)) {
        const range = kinds ? kinds.join("|") : (low ?? "") === "" && (high ?? "") === "" ? "" : `${low ?? ""}..${high ?? ""}`;
        if (range) ranges.set(name, range); else ranges.delete(name);
      }
      holds(ranges);
      const text = write(ranges);
      return text === (before || "") ? window.dash_clientside.no_update : text;
    },
    another(folder, query) {
      if (folder && folder !== new URLSearchParams(query).get("folder")) location.assign(`${location.pathname}?${new URLSearchParams({folder})}`);
      return window.dash_clientside.no_update;
    },
  }});

  document.addEventListener("click", ({target}) => {
    if (target.closest?.("#clear-where")) hold(new Map());
    const keep = target.closest?.("[data-where]");
    if (keep) change(read(keep.dataset.where));
  });

  document.addEventListener("restored", ({detail: query}) => {
    if (document.getElementById("clear-where")) hold(read(query.getAll("where").join(",")));
  });

  // ---- From places along an axis, 0 to 1, to ranges
  const rangeOf = (axis, from, to) => {
    const [a, b] = [Math.max(0, Math.min(from, to)), Math.min(1, Math.max(from, to))];
    const {kind, low, high} = axis;
    if (kind === "kinds") {
      const n = axis.labels.length;
      return axis.labels.filter((_, i) => (i + .5) / n >= a && (i + .5) / n <= b).join("|");
    }
    if (kind === "whole") {
      const n = high - low + 1, first = Math.ceil(low + a * n - .5), last = Math.floor(low + b * n - .5);
      return first > last ? "" : `${first}..${last}`;
    }
    const step = 10 ** (Math.floor(Math.log10(high - low)) - 2);
    const value = (p) => kind === "log" ? low * (high / low) ** p : low + p * (high - low);
    const neat = (v) => Number((Math.round(v / step) * step).toPrecision(9));
    return `${a <= 0 ? "" : neat(value(a))}..${b >= 1 ? "" : neat(value(b))}`.replace(/^\.\.$/, "");
  };

  // A text that is too wide, in two lines that end where it would
  const inLines = (text, width) => {
    if (text.getComputedTextLength() <= width) return;
    const words = text.textContent.split(" "), below = [];
    while (words.length > 1 && text.getComputedTextLength() > width) {
      below.unshift(words.pop());
      text.textContent = words.join(" ");
    }
    const x = text.getAttribute("x");
    text.replaceChildren(make("tspan", {x, dy: -LINE}, words.join(" ")), make("tspan", {x, dy: LINE}, below.join(" ")));
    fitted(text.lastChild, width);
  };
  const fitted = (text, width) => {
    const full = text.textContent;
    for (let n = full.length - 1; n > 3 && text.getComputedTextLength() > width; n--) text.textContent = `${full.slice(0, n).trimEnd()}…`;
  };

  // Follows a pointer that draws on something: gives places from 0 to 1 while it moves, and where it ended
  const drawing = (area, {move, end, cancel}) => {
    let start = null;
    const at = (event) => { const box = area.getBoundingClientRect(); return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]; };
    const stop = () => { if (start) { start = null; cancel(); } };
    area.addEventListener("pointerdown", (event) => {
      start = {at: at(event), x: event.clientX, y: event.clientY};
      stopDrawing = stop;
      area.setPointerCapture(event.pointerId);
    });
    area.addEventListener("pointermove", (event) => { if (start) move(start.at, at(event)); });
    area.addEventListener("pointerup", (event) => {
      if (!start) return;
      const drawn = Math.max(Math.abs(event.clientX - start.x), Math.abs(event.clientY - start.y)) >= LEAST_DRAG;
      const from = start.at;
      start = null;
      end(from, at(event), drawn);
    });
    area.addEventListener("pointercancel", stop);
  };
  document.addEventListener("keydown", ({key}) => { if (key === "Escape") stopDrawing?.(); });

  const widths = new WeakMap(); // of places, as they were drawn in

  // ---- Every point a line
  const drawLines = () => {
    const place = document.getElementById("lines");
    if (!lines || !place || !place.clientWidth) return;
    widths.set(place, place.clientWidth);
    const width = place.clientWidth, left = 6, right = width - 6, rows = [lines.outcome, ...lines.axes];
    const height = TOP + (rows.length - 1) * ROW + 28, y = (i) => TOP + i * ROW, x = (p) => left + p * (right - left);
    const drawn = make("svg", {width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `${lines.lines.length} points as lines through ${lines.axes.length} factors, from ${lines.outcome.title}. Ranges can be typed under Keep only.`});
    const bundle = make("g", {fill: "none"}), thick = lines.kept.filter(Boolean).length > 120 ? .45 : .8;
    const paths = lines.lines.map((at, k) => {
      const path = make("path", {d: at.map((p, i) => `${i ? "L" : "M"}${x(p).toFixed(1)} ${y(i)}`).join("")});
      bundle.append(path);
      return path;
    });
    const colour = (kept) => paths.forEach((path, k) => {
      const is = kept(k);
      path.setAttribute("stroke", is ? lines.colours[k] : GREY);
      path.setAttribute("stroke-width", is ? 1.1 : .7);
      path.setAttribute("stroke-opacity", is ? thick : .3);
    });
    colour((k) => lines.kept[k]);
    drawn.append(bundle);
    rows.forEach((axis, i) => {
      const group = make("g", {"font-size": 13, fill: INK});
      group.append(make("line", {x1: left, x2: right, y1: y(i), y2: y(i), stroke: INK, "stroke-width": i ? 1.2 : 2.4}));
      const title = make("text", {x: left, y: y(i) - 10, "font-weight": i ? 500 : 700}, axis.title + (axis.unit ? `, ${axis.unit}` : ""));
      const labels = i ? axis.labels : [axis.low, axis.high], n = labels.length, parts = i && (axis.kind === "kinds" || (axis.kind === "whole" && axis.high - axis.low === 1));
      labels.forEach((label, j) => {
        const at = parts ? (j + .5) / n : j / (n - 1 || 1);
        group.append(make("text", {x: x(at), y: y(i) + 21, "font-size": 12, "text-anchor": parts ? "middle" : j ? "end" : "start"}, label));
      });
      group.append(title);
      drawn.append(group);
      if (!i) return;
      const range = make("rect", {y: y(i) - HALF + 4, height: 2 * HALF - 8, fill: "#173f8a", "fill-opacity": .22, stroke: "#173f8a", "stroke-width": 1.6, rx: 2});
      const show = (part) => {
        range.setAttribute("visibility", part ? "visible" : "hidden");
        if (part) { range.setAttribute("x", x(part[0])); range.setAttribute("width", Math.max(2, x(part[1]) - x(part[0]))); }
      };
      show(axis.held);
      const area = make("rect", {class: "brush", x: left, width: right - left, y: y(i) - HALF, height: 2 * HALF, fill: "transparent"});
      area.append(make("title", {}, `${axis.name}: draw to keep a range, click to let go`));
      drawing(area, {
        move: ([a], [b]) => {
          const part = [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
          show(part);
          const parts = lines.axes.map((other) => other === axis ? part : other.held);
          colour((k) => parts.every((one, j) => !one || (lines.lines[k][j + 1] >= one[0] && lines.lines[k][j + 1] <= one[1])));
        },
        end: ([a], [b], moved) => change([[axis.name, moved ? rangeOf(axis, a, b) : ""]]),
        cancel: () => { show(axis.held); colour((k) => lines.kept[k]); },
      });
      drawn.append(range, area);
    });
    place.replaceChildren(drawn);
    drawn.querySelectorAll("g > text:last-child").forEach((text) => inLines(text, right - left));
    for (const text of drawn.querySelectorAll("g > text")) {
      const {x, y, width, height} = text.getBBox();
      text.before(make("rect", {x: x - 3, y: y - 1, width: width + 6, height: height + 2, fill: "#ffffff", "fill-opacity": .88}));
    }
  };

  // ---- Two factors together
  const readable = (colour) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255);
    return .299 * r + .587 * g + .114 * b > .6 ? INK : "#ffffff";
  };
  const rangeOfBins = (side, first, last) => {
    if (first === 0 && last === side.bins.length - 1 && !held.has(side.name)) return "";
    if (side.words.length) return side.words.slice(first, last + 1).join("|");
    const neat = (v) => Number(v.toPrecision(6));
    return `${neat(side.bins[first][0])}..${neat(side.bins[last][1])}`;
  };
  const drawTwo = () => {
    const place = document.getElementById("two");
    if (!two || !place || !place.clientWidth) return;
    widths.set(place, place.clientWidth);
    const {across, up, cells, colours} = two, nx = across.bins.length, ny = up.bins.length;
    const names = [...up.edges, ...up.labels], left = Math.min(110, 16 + 7 * Math.max(2, ...names.map((name) => name.length)));
    const width = Math.min(place.clientWidth, left + nx * 130), wide = (width - left - 12) / nx, top = 26;
    const height = top + ny * CELL + 44, bottom = top + ny * CELL;
    const drawn = make("svg", {width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "font-size": 13, fill: INK,
      "aria-label": `${two.title}: mean by ${across.name} and ${up.name}; the numbers are in the table below, and ranges can be typed under Keep only`});
    const unit = (side) => side.title + (side.unit ? `, ${side.unit}` : "");
    const heads = [make("text", {x: 0, y: 14, "font-weight": 500}, `↑ ${unit(up)}`), make("text", {x: left, y: bottom + 38, "font-weight": 500}, `→ ${unit(across)}`)];
    drawn.append(...heads);
    cells.forEach((row, j) => row.forEach(({count, mean, level}, i) => {
      const fill = level < 0 ? "#ffffff" : colours[level], x = left + i * wide, y = bottom - (j + 1) * CELL, ink = readable(fill);
      drawn.append(make("rect", {x, y, width: wide - 2, height: CELL - 2, fill, stroke: "#d5d9de", "stroke-width": level < 0 ? 1 : 0, ...(level < 0 ? {"stroke-dasharray": "3 3"} : {})}));
      if (count) drawn.append(
        make("text", {x: x + wide / 2 - 1, y: y + 19, "text-anchor": "middle", fill: ink, "font-weight": 600}, mean),
        make("text", {x: x + wide / 2 - 1, y: y + 35, "text-anchor": "middle", fill: ink, "font-size": 12}, wide > 60 ? `${count} ${count === 1 ? "point" : "points"}` : `n ${count}`));
    }));
    const last = across.edges.length - 1, longest = 8 + 7 * Math.max(0, ...across.edges.map((edge) => edge.length)), apart = Math.ceil(longest / wide);
    across.edges.forEach((edge, i) => { // as many as there is room for, and the last
      if (i === last || (i % apart === 0 && (last - i) * wide >= 1.5 * longest)) drawn.append(make("text", {x: left + i * wide - 1, y: bottom + 15, "font-size": 12, "text-anchor": i === across.edges.length - 1 ? "end" : "middle"}, edge));
    });
    up.edges.forEach((edge, j) => drawn.append(make("text", {x: left - 8, y: bottom - j * CELL + (j ? 4 : 0), "font-size": 12, "text-anchor": "end"}, edge)));
    across.labels.forEach((label, i) => drawn.append(make("text", {x: left + (i + .5) * wide, y: bottom + 15, "font-size": 12, "text-anchor": "middle"}, label)));
    up.labels.forEach((label, j) => drawn.append(make("text", {x: left - 8, y: bottom - (j + .5) * CELL + 4, "font-size": 12, "text-anchor": "end"}, label)));
    const frame = make("rect", {visibility: "hidden", fill: "none", stroke: "#e85e1b", "stroke-width": 3});
    const area = make("rect", {class: "brush", x: left, y: top, width: nx * wide, height: ny * CELL, fill: "transparent"});
    const part = (from, to, n) => {
      const [a, b] = [Math.min(from, to), Math.max(from, to)].map((p) => Math.max(0, Math.min(n - 1, Math.floor(p * n))));
      return [a, b];
    };
    const chosen = (from, to) => [part(from[0], to[0], nx), part(1 - from[1], 1 - to[1], ny)];
    drawing(area, {
      move: (from, to) => {
        const [[a, b], [c, d]] = chosen(from, to);
        for (const [name, value] of Object.entries({visibility: "visible", x: left + a * wide, width: (b - a + 1) * wide - 2, y: bottom - (d + 1) * CELL, height: (d - c + 1) * CELL - 2})) frame.setAttribute(name, value);
      },
      end: (from, to) => {
        const [[a, b], [c, d]] = chosen(from, to);
        change(across.name === up.name ? [[across.name, rangeOfBins(across, a, b)]] : [[across.name, rangeOfBins(across, a, b)], [up.name, rangeOfBins(up, c, d)]]);
      },
      cancel: () => frame.setAttribute("visibility", "hidden"),
    });
    drawn.append(frame, area);
    place.replaceChildren(drawn);
    fitted(heads[0], width);
    fitted(heads[1], width - left);
  };

  // ---- What comes from the server
  const drawAnew = {lines: drawLines, two: drawTwo};
  const watched = new ResizeObserver((seen) => seen.forEach(({target}) => { if (widths.get(target) !== target.clientWidth) drawAnew[target.id](); }));
  const show = (id) => {
    drawAnew[id]();
    watched.observe(document.getElementById(id));
  };
  calls.sweepOpened = (message) => {
    config = message.config;
    holds(read(message.where)); // what the server took, which is not always what the address says
    note({folder: message.folder});
    const ranges = document.getElementById("keep-only");
    if (innerWidth < 960 && ranges && !ranges.dataset.seen) ranges.open = false; // results come first on a telephone
    if (ranges) ranges.dataset.seen = "yes";
    for (const id of message.panels) document.getElementById(id).setAttribute("aria-busy", "true");
  };
  calls.sweepLines = (message) => { lines = message; show("lines"); };
  calls.sweepTwo = (message) => { two = message; show("two"); };

  calls.sweepFilled = (id) => document.getElementById(id).removeAttribute("aria-busy");

  const draw = async (chart) => {
    if (!chart.isConnected || !chart.clientWidth) return;
    const {data, layout} = JSON.parse(chart.nextElementSibling.textContent);
    await Plotly.react(chart, data, layout, config);
    if ("named" in chart.dataset && chart.clientWidth >= 520) await Plotly.relayout(chart, {annotations: namesBeside(chart)});
  };
  const drawIn = async (place) => {
    await plotly();
    for (const chart of place.querySelectorAll(".chart")) await draw(chart);
  };
  document.addEventListener("filled", ({target}) => {
    if (!target.closest(".sweep")) return;
    drawIn(target);
  });
  document.addEventListener("toggle", ({target}) => { if (target.closest?.(".sweep") && target.open) drawIn(target); }, true);
})();
