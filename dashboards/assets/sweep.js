"use strict";
(() => {
  const config = JSON.parse(document.getElementById("chart-config").textContent);

  // A chart that is hidden has no width yet, so it is drawn when it is first seen
  const draw = async (chart) => {
    if (!chart.clientWidth) return;
    const {data, layout} = JSON.parse(chart.nextElementSibling.textContent);
    await Plotly.react(chart, data, layout, config);
    if ("named" in chart.dataset && chart.clientWidth >= 520) {
      await Plotly.relayout(chart, {annotations: namesBeside(chart)});
    }
  };
  const charts = [...document.querySelectorAll(".chart")];
  const drawAll = () => charts.forEach(draw);

  const target = document.getElementById("target");
  const choose = () => {
    document.querySelectorAll("[data-target]").forEach((element) => {
      element.hidden = element.dataset.target !== target.value;
    });
    drawAll();
  };
  if (target) target.addEventListener("change", choose);
  document.querySelectorAll("details").forEach((details) => details.addEventListener("toggle", drawAll));
  addEventListener("resize", drawAll);
  addEventListener("beforeprint", drawAll);
  addEventListener("afterprint", drawAll);
  if (target) choose(); else drawAll();
})();
