"use strict";
(() => {
  const NARROW = 210; // pixels
  const read = (element) => JSON.parse(element.textContent);
  const byId = (id) => document.getElementById(id);
  const config = read(byId("chart-config"));
  const show = (attribute, value) => document.querySelectorAll(`[${attribute}]`).forEach((element) => {
    element.hidden = element.getAttribute(attribute) !== value;
  });

  // How it unfolds
  const fans = [...document.querySelectorAll(".fan")];
  for (const fan of fans) {
    const figure = read(fan.nextElementSibling), {xaxis} = figure.layout;
    if (fan.clientWidth < NARROW) xaxis.dtick *= 2; // years stand upright
    Plotly.newPlot(fan, figure.data, figure.layout, config);
  }
  const indicator = byId("indicator");
  if (indicator) {
    const updates = read(byId("fan-updates"));
    indicator.addEventListener("change", () => {
      show("data-indicator", indicator.value);
      for (const fan of fans) {
        const {y, text, range} = updates[indicator.value][fan.dataset.regime];
        Plotly.update(fan, {y, text: [null, null, null, text]}, {"yaxis.range": range});
      }
    });
  }

  // Where
  const measure = byId("measure");
  if (measure) {
    const {names, titles, measures} = read(byId("map-data"));
    const council = byId("council"), chosen = byId("chosen"), tip = byId("tip");
    const maps = [...document.querySelectorAll(".map[data-regime]")];
    const say = (code, regime) => measures[measure.value].texts[regime][code] || "did not exist at the end";
    const element = (tag, text) => Object.assign(document.createElement(tag), {textContent: text});
    const describe = () => {
      const code = council.value;
      document.querySelectorAll(".map use.found").forEach((hex) => hex.classList.remove("found"));
      chosen.replaceChildren();
      if (!code) return;
      for (const map of maps) {
        for (const hex of map.querySelectorAll(`use[data-c="${code}"]`)) {
          hex.classList.add("found");
          map.insertBefore(hex, map.querySelector(".regions"));
        }
      }
      const list = document.createElement("ul");
      for (const map of maps) {
        const item = document.createElement("li");
        item.append(element("b", titles[map.dataset.regime]), `: ${say(code, map.dataset.regime)}`);
        list.append(item);
      }
      chosen.append(element("b", names[code]), list);
    };
    measure.addEventListener("change", () => {
      show("data-measure", measure.value);
      const steps = measures[measure.value].steps;
      for (const map of maps) {
        for (const hex of map.querySelectorAll("use")) {
          const step = steps[map.dataset.regime][hex.dataset.c];
          hex.setAttribute("class", step === undefined ? "none" : `o${step}`);
        }
      }
      describe();
    });
    council.addEventListener("change", describe);
    watchMaps({maps, names, titles, say, tip, chosen: (code) => { council.value = code; describe(); }});
  }

  // Cost against harm
  const axes = byId("axes");
  if (axes) {
    const figures = [...document.querySelectorAll(".plane-data")].map(read);
    const chart = byId("plane");
    const draw = async () => {
      const {data, layout} = figures[Number(axes.value)];
      show("data-axes", axes.value);
      await Plotly.react(chart, data, {...layout, annotations: []}, config);
      if (chart.clientWidth >= 520) await Plotly.relayout(chart, {annotations: namesBeside(chart)});
    };
    axes.addEventListener("change", draw);
    addEventListener("resize", draw);
    draw();
  }

  // Paper is narrower than a screen, and charts are drawn for the width they find.
  const refit = () => document.querySelectorAll(".js-plotly-plot").forEach((chart) => Plotly.relayout(chart, {autosize: true}));
  addEventListener("beforeprint", refit);
  addEventListener("afterprint", refit);
})();
