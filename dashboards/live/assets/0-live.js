"use strict";
// The state of a page stands in its address; what follows from it comes as a stream of messages.
(() => {
  const REST = 60; // milliseconds that controls must rest; what is given up costs the server a thirtieth of a second
  const nothing = () => window.dash_clientside.no_update;
  const calls = {};
  let turn = 0, running = null;
  let stands = null; // path of the page that is shown
  let accepted = "", noted = {}; // the query that the server was asked for last, and what was noted since
  let streamed = null, asked = null; // which stream was asked for last, and for what
  let latest = null; // the controls of the page and their values, as they stood last
  let addressed = location.search; // what the address said last

  // Choosing one of these is a step that the back key undoes; sliding, typing and playing are none
  const STEPS = new Set(["council", "regime", "regimes", "baseline", "start", "posterior", "story", "told",
    "outcome", "indicator", "measure", "axes", "across", "up"]);

  const pathOf = (path) => (path || "/").replace(/\/+$/, "") || "/";
  const written = (value) => Array.isArray(value) ? value.join(",") : String(value);

  // What the address says: first what it said already and no control of this page sets, then the controls
  const compose = (values, ids, settings, names) => {
    const query = said();
    query.delete("set");
    ids.forEach((id, i) => {
      const value = values[i];
      if (value === null || value === undefined || written(value) === id.usual) query.delete(id.key);
      else query.set(id.key, written(value));
    });
    names.forEach(({name, usual}, i) => {
      const value = settings[i];
      if (value === null || value === undefined || value === "") return;
      if (String(value) !== usual && Number(value) !== Number(usual)) query.append("set", `${name}=${value}`);
    });
    return asText(query);
  };
  const asText = (query) => query.toString().replaceAll("%2C", ",").replaceAll("%3D", "=").replaceAll("%3A", ":");
  const stand = (query, step = false) => {
    const here = `${location.pathname}${query ? "?" + query : ""}`;
    if (step) history.pushState({controls: latest}, "", here);
    else history.replaceState({...history.state, controls: latest}, "", here);
    addressed = location.search;
  };

  // What a page keeps in the address by itself, without asking the server anew; null stands for the usual
  const note = (changes, step = false) => {
    const before = said(), changed = ([key, value]) => STEPS.has(key) && before.get(key) !== (value === null ? null : String(value));
    Object.assign(noted, changes);
    stand(asText(said()), step && Object.entries(changes).some(changed));
  };

  // Controls with their values, to be compared and restored
  const paired = (values, numbers, options, ids, sets, choices) => [[ids, values], [sets, numbers], [choices, options]].flatMap(([own, all]) => own.map((id, i) => [id, all[i]]));
  const sameControls = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const steps = (controls) => controls.filter(([id]) => STEPS.has(id.key)).map(([id, value]) => [id.key, written(value)]);
  const idOf = (id) => JSON.stringify(id, Object.keys(id).sort());

  // Back to what an entry of the browser's history shows; what cannot be put back is laid out anew
  const restore = (controls) => {
    if (!controls.every(([id]) => document.getElementById(idOf(id)))) return false;
    const wanted = new Map(controls.map(([id, value]) => [idOf(id), value])), isOther = !sameControls(controls, latest);
    latest = latest.map(([id]) => [id, wanted.has(idOf(id)) ? wanted.get(idOf(id)) : id.type === "set" ? Number(id.usual) : id.usual]);
    if (isOther) accept(location.search.slice(1));
    for (const [id, value] of latest) window.dash_clientside.set_props(id, {value});
    if (isOther) {
      window.dash_clientside.set_props("view", {data: accepted});
      ask(streamed, accepted); // Dash passes it on only where no control wrote at the same time
    }
    document.dispatchEvent(new CustomEvent("restored", {detail: new URLSearchParams(location.search)}));
    return true;
  };
  addEventListener("popstate", ({state}) => {
    if (location.search === addressed || pathOf(location.pathname) !== stands || document.getElementById("debate")) return;
    addressed = location.search;
    if (!state?.controls || !latest || !restore(state.controls)) location.reload();
  });
  const accept = (query) => {
    accepted = query || "";
    noted = {};
  };
  const said = () => {
    const query = new URLSearchParams(accepted);
    for (const [key, value] of Object.entries(noted)) {
      if (value === null) query.delete(key);
      else query.set(key, value);
    }
    return query;
  };

  // What a page is about to ask for is asked for already while it is being put together
  const PATHS = /^\/(history|compare|council|sweep|debate)?\/*$/;
  const same = (one, other) => String(new URLSearchParams(one)) === String(new URLSearchParams(other));
  let early = null;
  const askEarly = () => {
    const found = PATHS.exec(location.pathname);
    if (!found) return;
    const name = found[1] || "history", query = location.search.slice(1), asking = new AbortController();
    const answer = fetch(`/stream/${name}?${query}`, {signal: asking.signal});
    answer.catch(() => {}); // told to whoever takes the answer
    early = {name, query, asking, answer};
  };
  const takeEarly = (name, query) => {
    const found = early;
    early = null;
    if (found && found.name === name && same(found.query, query)) return found;
    found?.asking.abort();
    return null;
  };

  const stream = async (name, query) => {
    leave();
    const asked = takeEarly(name, query), mine = running = asked?.asking || new AbortController();
    document.body.dataset.working = "yes";
    try {
      const drawn = [...document.querySelectorAll("#page [data-key]")].map(({id, dataset}) => `${id}:${dataset.key}`);
      const more = drawn.length ? `&drawn=${encodeURIComponent(drawn.join(";"))}` : "";
      const answer = await (asked?.answer || fetch(`/stream/${name}?${query}${more}`, {signal: mine.signal}));
      if (!answer.ok) throw new Error(`The server answers ${answer.status}.`);
      const reader = answer.body.getReader(), decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const {done, value} = await reader.read();
        if (done) break;
        const lines = (rest + decoder.decode(value, {stream: true})).split("\n");
        rest = lines.pop();
        for (const line of lines) if (mine === running) attempt(JSON.parse(line));
      }
    } catch (problem) {
      if (problem.name !== "AbortError" && mine === running) tell(`The server cannot be reached: ${problem.message}`);
    } finally {
      if (mine === running) { running = null; document.body.dataset.working = "no"; }
    }
  };

  const ask = (name, query) => {
    [streamed, asked] = [name, query];
    stream(name, query);
  };

  const leave = () => {
    if (running) running.abort();
    running = null;
    document.body.dataset.working = "no";
  };

  // What goes wrong in drawing is our fault, not that of the way to the server
  const attempt = (message) => {
    try {
      show(message);
    } catch (problem) {
      console.error(problem);
      tell(`Something on this page could not be drawn: ${problem.message}`);
    }
  };

  const show = (message) => {
    tell(message.error || "");
    for (const [id, {key, children}] of Object.entries(message.frame || {})) {
      const place = document.getElementById(id);
      if (place && place.dataset.key !== key) {
        place.dataset.key = key;
        window.dash_clientside.set_props(id, {children});
      }
    }
    if (message.progress) {
      const [words, share] = message.progress, count = document.getElementById("count");
      count.setAttribute("aria-busy", String(share < 1)); // read out at the end, not at every step
      count.textContent = words;
      document.getElementById("progress").value = share;
    }
    for (const [id, props] of Object.entries(message.props || {})) {
      if (document.getElementById(id)) window.dash_clientside.set_props(id, props);
    }
    for (const [id, text] of Object.entries(message.html || {})) {
      const place = document.getElementById(id);
      if (!place || place.filled === text) continue;
      place.innerHTML = place.filled = text;
      place.dispatchEvent(new CustomEvent("filled", {bubbles: true}));
    }
    if (message.call) calls[message.call[0]](message.call[1]);
  };

  const tell = (problem) => {
    const place = document.getElementById("told");
    if (!place || (!problem && !place.dataset.mine)) return;
    place.className = problem ? "warning" : "";
    place.dataset.mine = problem ? "yes" : "";
    place.textContent = problem;
  };

  // The link of the page that one is on leads to the page as it is by itself
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".bar nav a[aria-current]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    location.assign(link.href);
  }, true);

  // Where there is little room, results come before the many controls; where there is more, none is folded
  const little = matchMedia("(max-width: 60rem)");
  new MutationObserver(() => {
    for (const panel of document.querySelectorAll("details.parameters:not([data-seen]), details.fold:not([data-seen]), details.long:not([data-seen])")) {
      panel.dataset.seen = "yes";
      if (little.matches) panel.open = false;
    }
  }).observe(document.documentElement, {childList: true, subtree: true});
  little.addEventListener("change", ({matches}) => document.querySelectorAll("details.fold").forEach((panel) => { panel.open = !matches; }));

  // The library of charts, fetched by those who need it, once
  let fetched = null;
  const plotly = () => fetched ||= new Promise((done, failed) => {
    if (window.Plotly) return done(window.Plotly);
    const script = Object.assign(document.createElement("script"), {src: "/_dash-component-suites/plotly/package_data/plotly.min.js"});
    script.onload = () => done(window.Plotly);
    script.onerror = () => {
      fetched = null; // the next who needs it tries again
      failed(new Error("the library of charts cannot be loaded"));
    };
    document.head.append(script);
  });

  askEarly();
  window.turnaround = {calls, show, tell, note, plotly};
  window.dash_clientside = Object.assign({}, window.dash_clientside, {turnaround: {
    async write(values, numbers, options, ids, sets, choices, before) {
      const mine = ++turn;
      const now = paired(values, numbers, options, ids, sets, choices);
      if (latest && sameControls(now, latest)) return nothing();
      await new Promise((rested) => setTimeout(rested, REST));
      if (mine !== turn) return nothing();
      if ((before || "") !== accepted) accept(before); // a page's script has changed it meanwhile
      const query = compose(values, ids, [...numbers, ...options], [...sets, ...choices]);
      const step = latest && !sameControls(steps(now), steps(latest));
      latest = now;
      if (query === before) return nothing();
      stand(query, step);
      const told = document.getElementById("told");
      if (told) told.dataset.mine = "yes"; // what was refused is asked for no longer
      return query;
    },
    follow(query, name, ...controls) {
      const isNew = latest === null;
      accept(query);
      if (isNew) { // as the page was laid out
        latest = paired(...controls);
        history.replaceState({...history.state, controls: latest}, "");
      }
      if (name && (isNew || accepted !== asked)) ask(name, accepted);
      return nothing();
    },
    here(path) {
      const shown = pathOf(path);
      if (stands !== shown) {
        latest = null;
        addressed = location.search;
      }
      if (stands !== null && stands !== shown) {
        leave(); // what was under way was for another page
        document.getElementById("page").focus();
      }
      stands = shown;
      document.querySelectorAll(".bar nav a").forEach((link, i) => {
        const current = link.getAttribute("href") === shown || (shown === "/" && i === 0);
        if (current) {
          link.setAttribute("aria-current", "page");
          document.title = `${link.textContent} – Turnaround`;
        } else link.removeAttribute("aria-current");
      });
      return nothing();
    },
    together(slid, typed, clicks, id) {
      const by = window.dash_clientside.callback_context.triggered[0].prop_id;
      if (by.includes('"reset"')) return [Number(id.usual), Number(id.usual)];
      const value = by.includes('"typed"') ? typed : slid;
      if (value === "" || value === null || value === undefined) return [nothing(), nothing()];
      return [value === slid ? nothing() : value, value === typed ? nothing() : value];
    },
  }});
})();
