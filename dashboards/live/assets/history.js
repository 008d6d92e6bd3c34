"use strict";
// One history, played in the browser: map, charts, council and events of the quarter shown
(() => {
  const {calls, note} = window.turnaround;
  const LISTED = 40, LATEST = 3; // events in the list, and of a council
  const REST = 300, READ = 240; // milliseconds before the address is written, and between two lists while playing
  const PLAY = "M4 2.5v11L13.5 8z", PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
  const SVG = "http://www.w3.org/2000/svg";
  const at = (id) => document.getElementById(id);
  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  let told = null; // what the server told of the history
  let view = null; // what is shown of it, and where
  let usual = {}; // what is shown where the address says nothing
  const noteChoice = (name) => note({[name]: view[name] === usual[name] ? null : view[name]});

  calls.historyFrame = ({parts, asked, usual: given}) => {
    usual = given;
    for (const [id, text] of Object.entries(parts)) if (!at(id).firstChild) at(id).innerHTML = text;
    if (view && view.map === at("history-map")) return;
    view = {
      map: at("history-map"), quarter: 0, written: asked.quarter, colour: asked.colour, speed: asked.speed, events: asked.events,
      picked: null, pointed: null, playing: 0, listed: 0, drawn: [], happened: new Map(), asked: asked.council,
    };
    view.tiles = new Map([...view.map.querySelectorAll(".la")].map((tile) => [Number(tile.dataset.row), tile]));
    view.places = new Map([...view.tiles].map(([row, tile]) => [row, {x: Number(tile.querySelector("text").getAttribute("x")), y: Number(tile.querySelector("text").getAttribute("y"))}]));
    at("history-speed").value = view.speed;
    for (const [name, value] of [["history-colour", view.colour], ["history-shown", view.events]]) document.querySelector(`[name="${name}"][value="${value}"]`).checked = true;
    listen();
  };

  calls.history = (history) => {
    if (told && told.key === history.key && view.drawn.length) return;
    told = history;
    told.of = new Map();
    told.events.forEach((event, i) => { event.push(i); (told.of.get(event[1]) || told.of.set(event[1], []).get(event[1])).push(event); });
    const last = told.quarters.length - 1, written = told.quarters.indexOf(view.written);
    view.quarter = written >= 0 ? written : Math.min(view.quarter, last);
    view.written = null;
    view.drawn = [];
    view.happened = new Map();
    if (view.asked) {
      pick(told.councils.findIndex(([code]) => String(code) === view.asked), false, false);
      view.asked = null;
    }
    const scrub = at("history-scrub");
    scrub.max = last;
    at("history-first").textContent = told.quarters[0];
    at("history-last").textContent = told.quarters[last];
    const occurring = new Set(told.seen.arrangement.flat());
    for (const item of document.querySelectorAll('.board-key[data-colour="arrangement"] li')) item.hidden = !occurring.has(Number(item.dataset.code));
    drawStrips();
    rove(view.picked ?? [...view.tiles.keys()].find(there));
    draw();
  };

  const there = (row) => told.seen.exists[view.quarter][row] === 1;
  const band = (tenths) => told.breaks.filter((lowest) => tenths / 10 >= lowest).length;

  // ---- The map

  const looks = {
    judgement: (row, seen, q) => [`j${seen.grade[q][row]}`, told.letters[seen.grade[q][row]]],
    quality: (row, seen, q) => [`q${band(seen.quality[q][row])}`, Math.round(seen.quality[q][row] / 10)],
    arrangement: (row, seen, q) => [`a${seen.arrangement[q][row]}`, told.arrangements[seen.arrangement[q][row]][1]],
  };

  const drawMap = () => {
    const {quarter: q, tiles, drawn, colour} = view, {seen} = told, counts = {};
    for (const [row, tile] of tiles) {
      const is = there(row), [kind, letters] = is ? looks[colour](row, seen, q) : ["gone", ""];
      const now = is && seen.judged[q][row] > 0 && colour === "judgement";
      counts[kind] = (counts[kind] || 0) + 1;
      const look = `la ${kind}${now ? " judged" : ""}`;
      if (drawn[row] === look + letters) continue;
      drawn[row] = look + letters;
      tile.setAttribute("class", look);
      for (const text of tile.querySelectorAll("text")) text.textContent = letters; // one a hexagon
    }
    for (const count of document.querySelectorAll(`.board-key[data-colour="${colour}"] [data-count]`)) {
      const found = counts[colour[0] + count.dataset.count] || 0;
      count.textContent = found;
    }
    const outlines = told.outlines.filter(([from]) => from <= q).at(-1)[1];
    const path = view.map.querySelector(".regions");
    if (path.getAttribute("d") !== outlines) path.setAttribute("d", outlines);
  };

  const ring = (kind, row) => {
    const group = view.map.querySelector(`.${kind}`);
    const key = row === null || !there(row) ? "" : String(row);
    if (group.dataset.row === key) return;
    group.dataset.row = key;
    const uses = key ? [...view.tiles.get(row).querySelectorAll("use")] : [];
    const copies = (layer) => uses.map((use) => { const copy = use.cloneNode(); copy.setAttribute("class", layer); return copy; });
    group.replaceChildren(...copies("under"), ...copies("over"));
  };

  const rove = (row) => {
    view.map.querySelectorAll('.la[tabindex="0"]').forEach((tile) => tile.setAttribute("tabindex", -1));
    view.tiles.get(row)?.setAttribute("tabindex", 0);
  };

  // The nearest council in a direction, those straight ahead first
  const neighbour = (from, dx, dy) => {
    const {x, y} = view.places.get(from);
    let best = null, least = Infinity;
    for (const [row, place] of view.places) {
      const ahead = (place.x - x) * dx + (place.y - y) * dy, aside = Math.abs((place.x - x) * dy - (place.y - y) * dx);
      const cost = ahead + 2 * aside;
      if (row !== from && there(row) && ahead > .3 && aside <= 2 * ahead && cost < least) [best, least] = [row, cost];
    }
    return best;
  };

  // ---- One council

  const time = (months) => {
    const years = Math.floor(months / 12), rest = months % 12;
    const parts = [years && `${years} ${years === 1 ? "year" : "years"}`, rest && `${rest} months`].filter(Boolean);
    return parts.join(" and ") || "newly in post";
  };
  const hexagon = (kind, letters) => {
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "-1 -1.05 2 2.1");
    drawing.setAttribute("class", `hexagon ${kind}`);
    drawing.setAttribute("aria-hidden", "true");
    drawing.innerHTML = '<path d="M0-.97L.84-.485V.485L0 .97L-.84 .485V-.485Z"/><text dy=".35em"></text>';
    drawing.lastChild.textContent = letters;
    return drawing;
  };

  const inWords = (row) => {
    const q = view.quarter, {seen} = told, name = told.councils[row][1];
    if (!there(row)) return `${name} does not exist in ${told.quarters[q]}`;
    return `${name}: ${told.judgements[seen.grade[q][row]].toLowerCase()}, quality ${(seen.quality[q][row] / 10).toFixed(0)}, ${told.arrangements[seen.arrangement[q][row]][0].toLowerCase()}`;
  };

  const of = (count, one, many) => `${count} ${count === 1 ? one : many}`;
  const ofQuarter = (q) => {
    const events = told.events.filter(([quarter]) => quarter === q), kind = (name) => events.filter((event) => told.kinds[event[2]] === name);
    const judged = kind("judgement"), grades = told.judgements.map((word, grade) => [judged.filter((event) => event[4] === grade).length, word.toLowerCase()]).filter(([count]) => count);
    const helped = told.seen.arrangement[q].filter((code, row) => code > 1 && told.seen.exists[q][row]).length;
    return [
      `${of(judged.length, "council was", "councils were")} judged${judged.length ? `: ${grades.map(([count, word]) => `${count} ${word}`).join(", ")}` : ""}`,
      `${of(kind("director").length, "post of director", "posts of director")} changed hands`,
      `${of(helped, "council has", "councils have")} an arrangement; ${of(kind("arrangement").length, "change", "changes")} in this quarter`,
      ...kind("boundary").map((event) => `${told.councils[event[1]][1]}: ${event[3].toLowerCase()[0]}${event[3].slice(1)}`),
    ];
  };

  // What is told of a council is made anew; the link beneath stays, for somebody may be on it
  const detailParts = () => {
    const place = at("history-detail");
    if (!place.firstChild) place.append(element("div"), element("p", {className: "quiet", hidden: true}, element("a", {textContent: "What could become of it, in all histories"})));
    return place.children;
  };
  const drawDetail = () => {
    const row = view.pointed ?? view.picked, q = view.quarter, {seen} = told;
    const [place, more] = detailParts();
    more.hidden = row === null || !there(row);
    if (row === null) {
      const head = element("h3", {textContent: `All councils in ${told.quarters[q]}`});
      const how = element("p", {className: "quiet", textContent: "Point at a council, go to it with the arrow keys, or choose one above to see how it stands."});
      place.replaceChildren(head, element("ul", {className: "latest"}, ...ofQuarter(q).map((text) => element("li", {textContent: text}))), how);
      return;
    }
    const tile = view.tiles.get(row), events = (told.of.get(row) || []).filter(([quarter]) => quarter <= q);
    const head = element("h3", {textContent: told.councils[row][1]}, element("span", {className: "quiet", textContent: ` ${tile.dataset.region}`}));
    if (!there(row)) {
      const boundary = (told.of.get(row) || []).find((event) => told.kinds[event[2]] === "boundary");
      const text = boundary ? `${boundary[3]} in ${told.quarters[boundary[0]]}.` : "It exists at another time.";
      place.replaceChildren(head, element("p", {textContent: `Not there in ${told.quarters[q]}. ${text}`}));
      return;
    }
    const grade = seen.grade[q][row], kind = seen.arrangement[q][row];
    const judged = events.filter((event) => told.kinds[event[2]] === "judgement").at(-1);
    const facts = [
      ["Judgement", hexagon(`j${grade}`, told.letters[grade]), `${told.judgements[grade]}, ${judged ? `judged in ${told.quarters[judged[0]]}` : grade ? "judged before 2014" : "founded since"}`],
      ["Latent quality", `${(seen.quality[q][row] / 10).toFixed(1)} of 100`],
      ["Director", `${seen.interim[q][row] ? "Interim" : "Permanent"}, ${time(seen.tenure[q][row])}`],
      ["Arrangement", hexagon(`a${kind}`, told.arrangements[kind][1]), told.arrangements[kind][0]],
      ["Vacant posts", `${(seen.vacancy[q][row] / 10).toFixed(0)}%`],
      ["Agency staff", `${(seen.agency[q][row] / 10).toFixed(0)}%`],
      ["Caseload", `${(seen.caseload[q][row] / 10).toFixed(1)} a worker`],
    ].map(([term, ...what]) => element("div", {}, element("dt", {textContent: term}), element("dd", {}, ...what)));
    const latest = events.slice(-LATEST).reverse().map(([quarter, , , sentence]) => element("li", {className: quarter === q ? "now" : ""}, element("b", {textContent: told.quarters[quarter]}), ` ${sentence}`));
    more.firstChild.href = `/council?council=${told.councils[row][0]}`;
    place.replaceChildren(head, element("dl", {className: "seen"}, ...facts), element("ul", {className: "latest"}, ...(latest.length ? latest : [element("li", {className: "quiet", textContent: "Nothing has happened so far."})])));
  };

  const pick = (row, list = true, step = true) => {
    view.picked = row < 0 ? null : row;
    if (list) window.dash_clientside.set_props("history-council", {value: view.picked === null ? null : String(told.councils[view.picked][0])});
    for (const [other, tile] of view.tiles) tile.setAttribute("aria-pressed", other === view.picked);
    if (view.picked !== null) rove(view.picked);
    note({council: view.picked === null ? null : told.councils[view.picked][0]}, step);
    if (view.drawn.length) draw();
  };
  const choose = (row) => {
    pick(row === view.picked ? -1 : row);
    say(view.picked === null ? "No council is picked" : `Picked ${inWords(view.picked)}`);
  };
  const point = (row) => {
    if (view.pointed === row) return;
    view.pointed = row;
    drawDetail();
    if (row !== null) view.tiles.get(row).setAttribute("aria-label", inWords(row));
  };

  // ---- England

  const drawStrips = () => {
    const count = told.quarters.length, [from, until] = told.suspended;
    told.strips.forEach(({values, range: [low, high], ends}, i) => {
      const strip = document.querySelector(`[data-strip="${i}"]`), drawing = strip.querySelector("svg");
      drawing.setAttribute("viewBox", `0 0 ${count} 100`);
      const points = values.map((value, q) => value === null ? null : `${q + .5} ${(96 - 92 * (value - low) / (high - low)).toFixed(2)}`).filter(Boolean);
      drawing.querySelector(".course").setAttribute("d", `M${points.join("L")}`);
      const bar = drawing.querySelector(".suspended");
      bar.setAttribute("x", Math.min(from, count));
      bar.setAttribute("width", Math.max(0, Math.min(until, count) - from));
      strip.querySelectorAll(".strip-axis span").forEach((span, k) => { span.textContent = ends[1 - k]; });
    });
    document.querySelector(".suspended-key").hidden = count <= from;
    const apart = count > 48 ? 16 : count > 20 ? 8 : 4;
    document.querySelector(".strip-years").replaceChildren(...told.quarters.map((quarter, q) => [quarter, q]).filter(([, q]) => q % apart === 0 && count - q > count / 10).map(([quarter, q]) => {
      const year = element("span", {textContent: quarter.slice(0, 4)});
      year.style.left = `${100 * q / count}%`;
      return year;
    }));
  };

  const moveCursors = () => {
    const q = view.quarter, count = told.quarters.length;
    told.strips.forEach(({texts}, i) => {
      const strip = document.querySelector(`[data-strip="${i}"]`), cursor = strip.querySelector(".cursor"), veil = strip.querySelector(".veil");
      strip.querySelector("b").textContent = texts[q];
      cursor.setAttribute("x1", q + .5);
      cursor.setAttribute("x2", q + .5);
      veil.setAttribute("x", q + .5);
      veil.setAttribute("width", count - q - .5);
    });
  };

  // ---- Events

  const itemOf = (event) => {
    const [, row, kind, sentence, grade, number] = event;
    if (!view.happened.has(number)) {
      const mark = grade ? hexagon(`j${grade}`, told.letters[grade]) : element("span", {className: `event-mark ${told.kinds[kind]}`, ariaHidden: "true"});
      const who = element("button", {type: "button", className: "who", textContent: told.councils[row][1]});
      who.dataset.row = row;
      view.happened.set(number, element("li", {}, element("span", {className: "when"}), mark, who, element("span", {className: "what", textContent: sentence})));
    }
    return view.happened.get(number);
  };
  // Items that stay are not moved, so that whoever is on one remains there; when it goes, the next takes its place
  const fill = (items) => {
    const place = at("history-events"), wanted = new Set(items), here = document.activeElement;
    const was = place.contains(here) ? [...place.children].indexOf(here.closest("li")) : -1;
    for (const item of [...place.children]) if (!wanted.has(item)) item.remove();
    let next = place.firstChild;
    for (const item of items) if (item === next) next = next.nextSibling; else place.insertBefore(item, next);
    if (was < 0 || place.contains(document.activeElement)) return;
    const beside = place.children[Math.min(was, place.children.length - 1)];
    (beside ? beside.querySelector("button") : document.querySelector('[name="history-shown"]:checked')).focus({preventScroll: true});
  };
  const drawEvents = () => {
    const q = view.quarter, only = view.events === "picked";
    const upTo = (only ? (told.of.get(view.picked) || []) : told.events).filter(([quarter]) => quarter <= q);
    const shown = upTo.slice(only ? 0 : -LISTED).sort((a, b) => b[0] - a[0] || a[5] - b[5]);
    fill(shown.map((event) => {
      const item = itemOf(event), quarter = told.quarters[event[0]], isNow = event[0] === q;
      item.className = isNow ? "now" : "";
      item.firstChild.textContent = isNow ? `${quarter} now` : quarter;
      return item;
    }));
    const earlier = upTo.length - shown.length;
    at("history-more").textContent = only && view.picked === null ? "No council is picked: choose one above or on the map."
      : !upTo.length ? "Nothing has happened so far."
        : earlier ? `${earlier.toLocaleString("en-GB")} earlier events are not listed; all can be downloaded below.` : "";
  };

  // ---- Playing

  const draw = () => {
    const q = view.quarter, scrub = at("history-scrub");
    at("history-quarter").textContent = told.quarters[q];
    scrub.value = q;
    scrub.setAttribute("aria-valuetext", told.quarters[q]);
    drawMap();
    moveCursors();
    const now = performance.now(); // nobody reads a list thirty times a second
    if (!view.playing || q === 0 || now - view.listed > READ) {
      view.listed = now;
      drawDetail();
      drawEvents();
    }
    ring("picked", view.picked);
    const focused = view.map.querySelector(".la:focus-visible");
    ring("focused", focused ? Number(focused.dataset.row) : null);
    if (!view.playing) rested();
  };

  const say = (text) => { if (!view.playing) at("history-said").textContent = text; };

  // What is done when a quarter is stayed at: the address, and names for those who do not see the map
  let later = 0;
  const rested = () => {
    clearTimeout(later);
    later = setTimeout(() => {
      if (!view.map.isConnected || view.playing) return;
      note({quarter: view.quarter ? told.quarters[view.quarter] : null});
      for (const [row, tile] of view.tiles) tile.setAttribute("aria-label", inWords(row));
      const events = told.events.filter(([quarter]) => quarter === view.quarter).length;
      say(`${told.quarters[view.quarter]}: ${told.strips[0].texts[view.quarter]} judged inadequate, ${events} events`);
    }, REST);
  };

  const go = (quarter) => {
    const to = Math.max(0, Math.min(told.quarters.length - 1, quarter));
    if (to === view.quarter) return;
    view.quarter = to;
    view.written = null;
    draw();
  };

  const shownAs = (playing) => {
    const button = at("history-play");
    button.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
    button.querySelector("span").textContent = playing ? "Pause" : "Play";
  };
  const stop = () => {
    if (!view.playing) return;
    cancelAnimationFrame(view.playing);
    view.playing = 0;
    shownAs(false);
    draw();
  };
  const play = () => {
    if (!told || view.playing) return;
    if (view.quarter === told.quarters.length - 1) go(0);
    let due = performance.now() + 1000 / view.speed;
    const frame = (now) => {
      if (!view.map.isConnected) { view.playing = 0; return; }
      view.playing = requestAnimationFrame(frame);
      if (now < due) return;
      due = Math.max(due + 1000 / view.speed, now);
      go(view.quarter + 1);
      if (view.quarter === told.quarters.length - 1) stop();
    };
    shownAs(true);
    view.playing = requestAnimationFrame(frame);
  };
  const toggle = () => view.playing ? stop() : play();

  // ---- What is pressed, pointed at and typed

  const rowOf = (target) => {
    const tile = target.closest?.(".la:not(.gone)");
    return tile ? Number(tile.dataset.row) : null;
  };
  const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

  const listen = () => {
    const {map} = view;
    at("history-play").addEventListener("click", toggle);
    for (const button of document.querySelectorAll("[data-step]")) button.addEventListener("click", () => { stop(); go(view.quarter + Number(button.dataset.step)); });
    at("history-scrub").addEventListener("input", ({target}) => { stop(); go(Number(target.value)); });
    at("history-bar").addEventListener("keydown", (event) => {
      if (!(event.key in STEPS) || event.target.matches("input, select")) return;
      event.preventDefault();
      stop();
      go(view.quarter + STEPS[event.key][0] - STEPS[event.key][1]);
    });
    at("history-speed").addEventListener("change", ({target}) => {
      view.speed = target.value;
      noteChoice("speed");
    });
    for (const radio of document.querySelectorAll('[name="history-colour"]')) radio.addEventListener("change", () => colourBy(radio.value));
    for (const radio of document.querySelectorAll('[name="history-shown"]')) radio.addEventListener("change", () => {
      view.events = radio.value;
      noteChoice("events");
      drawEvents();
    });
    showKey();
    map.addEventListener("pointermove", ({target}) => point(rowOf(target)));
    map.addEventListener("pointerleave", () => point(null));
    map.addEventListener("click", ({target}) => { const row = rowOf(target); if (row !== null) choose(row); });
    map.addEventListener("focusin", ({target}) => {
      const row = rowOf(target);
      if (row === null) return;
      rove(row);
      point(row);
      ring("focused", target.matches(":focus-visible") ? row : null);
    });
    map.addEventListener("focusout", () => { point(null); ring("focused", null); });
    map.addEventListener("keydown", (event) => {
      const row = rowOf(event.target);
      if (row === null) return;
      if (event.key === "Enter") choose(row);
      else if (event.key in STEPS) {
        const next = neighbour(row, ...STEPS[event.key]);
        if (next !== null) { rove(next); view.tiles.get(next).focus(); }
      } else return;
      event.preventDefault();
    });
    at("history-events").addEventListener("click", ({target}) => { if (target.dataset.row) choose(Number(target.dataset.row)); });
    at("history-strips").addEventListener("pointerdown", (event) => {
      const drawing = event.target.closest("svg[preserveAspectRatio]");
      if (!drawing || !told) return;
      const {left, width} = drawing.getBoundingClientRect();
      stop();
      go(Math.floor((event.clientX - left) / width * told.quarters.length));
    });
  };

  // Back to what an entry of the browser's history shows, in the history that is there or the one that comes
  document.addEventListener("restored", ({detail: query}) => {
    if (!told || !view?.map.isConnected) return;
    const chosen = (name) => query.get(name) ?? usual[name];
    stop();
    at("history-speed").value = view.speed = chosen("speed");
    for (const [name, value] of [["history-colour", chosen("colour")], ["history-shown", chosen("events")]]) document.querySelector(`[name="${name}"][value="${value}"]`).checked = true;
    view.events = chosen("events");
    view.written = query.get("quarter") || told.quarters[0];
    view.quarter = Math.max(0, told.quarters.indexOf(view.written));
    colourBy(chosen("colour"));
    noteChoice("speed");
    noteChoice("events");
    pick(told.councils.findIndex(([code, name]) => [String(code), name].includes(query.get("council"))), true, false);
  });

  const showKey = () => { for (const key of document.querySelectorAll(".board-key")) key.hidden = key.dataset.colour !== view.colour; };
  const colourBy = (colour) => {
    view.colour = colour;
    noteChoice("colour");
    showKey();
    drawMap();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !view?.map.isConnected || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, button, a, summary, [contenteditable], [role=slider], [role=option]")) {
      if (event.target.id !== "history-scrub") return;
    }
    event.preventDefault();
    toggle();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {turnaroundHistory: {
    choose(code) {
      if (told && view) {
        const row = code ? told.councils.findIndex(([other]) => String(other) === code) : -1;
        if ((row < 0 ? null : row) !== view.picked) pick(row, false);
      }
      return window.dash_clientside.no_update;
    },
  }});
})();
