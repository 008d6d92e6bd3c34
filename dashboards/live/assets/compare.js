"use strict";
// The page that compares regimes: cost against harm with names beside the means, and what the maps say
(() => {
  const {calls} = window.turnaround;

  calls.fans = (changes) => {
    for (const [regime, {y, text, range}] of Object.entries(changes)) {
      const fan = document.querySelector(`#fan-${regime} .js-plotly-plot`);
      if (fan) Plotly.update(fan, {y, text: [null, null, null, text]}, {"yaxis.range": range});
    }
  };

  calls.plane = async ({data, layout, config}) => {
    const chart = document.getElementById("plane");
    while (!window.Plotly) await new Promise((later) => setTimeout(later, 50));
    const draw = async () => {
      await Plotly.react(chart, data, {...layout, annotations: []}, config);
      if (chart.clientWidth >= 520) await Plotly.relayout(chart, {annotations: namesBeside(chart)});
    };
    new ResizeObserver(draw).observe(chart);
  };

  document.addEventListener("filled", ({target}) => {
    const found = target.querySelector("#map-data");
    if (!found) return;
    const {names, titles, measures} = JSON.parse(found.textContent);
    const measure = target.querySelector("[data-measure]").dataset.measure;
    watchMaps({
      maps: target.querySelectorAll(".map[data-regime]"), names, titles, tip: document.getElementById("tip"),
      say: (code, regime) => measures[measure].texts[regime][code] || "did not exist at the end",
      chosen: (code) => { location.href = `/council?council=${code}`; },
    });
  });
})();
