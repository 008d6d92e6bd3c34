"use strict";
// The page that compares regimes: its charts, and what the maps say
(() => {
  const NAMES = 520; // pixels of width from which names stand beside the means
  const {calls, plotly, tell} = window.turnaround;
  if (location.pathname === "/compare") plotly().catch(() => {}); // while the page is still being put together
  const shown = {}; // what each chart shows, or shall show once it can be drawn
  const watched = new ResizeObserver((entries) => {
    for (const {target} of entries) if (shown[target.id]) draw(target);
  });

  const draw = async (place) => {
    try {
      const Plotly = await plotly();
      const {chart: {data, layout}, config} = shown[place.id];
      await Plotly.react(place, data, {...layout, annotations: []}, config);
      if (place.id === "plane" && place.clientWidth >= NAMES) await Plotly.relayout(place, {annotations: namesBeside(place)});
    } catch (problem) {
      console.error(problem);
      tell(`A chart could not be drawn: ${problem.message}`);
    }
  };

  const show = (id, chart, config) => {
    const place = document.getElementById(id);
    if (!place) return;
    const there = shown[id]?.place === place;
    shown[id] = {chart, config, place};
    if (there) draw(place);
    else watched.observe(place); // which draws it
  };

  calls.fans = ({charts, config}) => {
    for (const [regime, chart] of Object.entries(charts)) show(`fan-${regime}`, chart, config);
  };
  calls.plane = ({chart, config}) => show("plane", chart, config);

  document.addEventListener("filled", ({target}) => {
    const found = target.querySelector("#map-data");
    if (!found) return;
    const {names, titles, texts} = JSON.parse(found.textContent);
    let told = ""; // the council that was touched last
    watchMaps({
      maps: target.querySelectorAll(".map[data-regime]"), names, titles, tip: document.getElementById("tip"),
      say: (code, regime) => texts[regime][code] || "did not exist at the end",
      chosen: (code, {pointerType}) => {
        if (pointerType === "touch" && told !== code) told = code; // the first touch tells, the second goes
        else location.href = `/council?council=${code}`;
      },
    });
  });
})();
