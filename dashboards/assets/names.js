"use strict";
// The name of each mean on a chart, where it meets no other name, mean or interval; on a thin line when it has to be farther off
const namesBeside = (chart) => {
  const {xaxis, yaxis} = chart._fullLayout;
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `bold ${chart._fullLayout.font.size}px ${chart._fullLayout.font.family}`;
  const between = (one, other, middle, half) => ({[middle]: (one + other) / 2, [half]: Math.abs(one - other) / 2});
  const means = chart.data.filter((trace) => trace.name);
  const taken = means.map(({x, y}) => ({x: xaxis.d2p(x[0]), y: yaxis.d2p(y[0]), w: 11, h: 11}));
  const overlap = (a, b) => Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x - a.w, b.x - b.w))
    * Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y - a.h, b.y - b.h));
  const whiskers = means.flatMap(({x: [x], y: [y], error_x: over, error_y: up}) => [
    over?.visible && {y: yaxis.d2p(y), h: 1, ...between(xaxis.d2p(x - over.arrayminus[0]), xaxis.d2p(x + over.array[0]), "x", "w")},
    up?.visible && {x: xaxis.d2p(x), w: 1, ...between(yaxis.d2p(y - up.arrayminus[0]), yaxis.d2p(y + up.array[0]), "y", "h")},
  ].filter(Boolean));
  return means.map((trace, i) => {
    const {x, y} = taken[i], w = pen.measureText(trace.name).width / 2 + 3, h = 9;
    let best = {cost: Infinity};
    for (const far of [0, 14, 28, 44, 62, 82]) {
      for (let turn = 0; turn < 16; turn++) {
        const dx = Math.cos(turn * Math.PI / 8), dy = Math.sin(turn * Math.PI / 8);
        const box = {x: x + dx * (12 + w + far), y: y + dy * (22 + far), w, h};
        const out = Math.max(0, w - box.x) + Math.max(0, box.x + w - xaxis._length)
          + Math.max(0, h - box.y) + Math.max(0, box.y + h - yaxis._length);
        const cost = far + 2 * Math.abs(dy) + 100 * out + taken.reduce((sum, other) => sum + overlap(box, other), 0)
          + whiskers.reduce((sum, line) => sum + overlap(box, line), 0) / 8;
        if (cost < best.cost) best = {cost, box, far};
      }
    }
    taken.push(best.box);
    return {
      x: trace.x[0], y: trace.y[0], ax: best.box.x - x, ay: best.box.y - y, text: `<b>${trace.name}</b>`,
      showarrow: true, arrowhead: 0, arrowwidth: 1, arrowcolor: best.far ? "#565e68" : "rgba(0,0,0,0)", standoff: 8,
      bgcolor: "rgba(255,255,255,0.75)", borderpad: 1,
    };
  });
};
