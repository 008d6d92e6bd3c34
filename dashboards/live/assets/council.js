"use strict";
// The page on one council: charts that are drawn already take what has changed in them
(() => {
  if (location.pathname === "/council") window.turnaround.plotly().catch(() => {}); // Dash takes the one that is there
  const PATIENCE = 10_000, AGAIN = 50; // milliseconds
  let latest = 0;
  window.turnaround.calls.councilCharts = async (figures) => {
    const mine = ++latest, until = performance.now() + PATIENCE;
    const there = () => Object.keys(figures).every((id) => document.querySelector(`#${id} .js-plotly-plot`));
    while (!there() && performance.now() < until) await new Promise((later) => setTimeout(later, AGAIN));
    if (mine !== latest) return;
    for (const [id, figure] of Object.entries(figures)) window.dash_clientside.set_props(id, {figure});
  };
})();
