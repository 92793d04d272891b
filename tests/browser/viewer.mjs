// SPDX-License-Identifier: Apache-2.0
// The viewer's page against a browser made of stubs: it fetches what the daemon serves, draws every agent, lane and
// link it is given, and writes decisions and counts. usage: node viewer.mjs PAGE.html
import assert from "node:assert";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const script = readFileSync(process.argv[2], "utf8").match(/<script>(.*)<\/script>/s)[1];
const calls = [], texts = [], elements = new Map();
const pen = new Proxy({}, {
  get: (_, name) => (...args) => { calls.push([name, ...args]); if (name === "fillText") texts.push(args[0]); },
  set: () => true,
});
function element(id) {
  if (!elements.has(id)) elements.set(id, {
    id, textContent: "", className: "", rows: [], clientWidth: 800, clientHeight: 600, width: 0, height: 0,
    getContext: () => pen, addEventListener() {}, append(child) { this.rows.push(child); },
    replaceChildren(...children) { this.rows = children; },
  });
  return elements.get(id);
}
let source, made = 0;
const lane = { type: "Feature", properties: { kind: "lane", id: "a" },
  geometry: { type: "LineString", coordinates: [[-83.6989, 42.299], [-83.6979, 42.299]] } };
const house = { type: "Feature", properties: { kind: "building", id: "b" },
  geometry: { type: "Polygon", coordinates: [[[-83.6989, 42.299], [-83.6988, 42.299], [-83.6988, 42.2991]]] } };
const answers = {
  status: { scenario_id: "crossing", tier: "d3", origin: { lat_deg: 42.299, lon_deg: -83.6989, elev_m: 260 } },
  "map.geojson": { type: "FeatureCollection", features: [lane, house] },
};
const context = {
  document: { getElementById: element, createElement: () => element(`made-${made++}`) },
  window: { devicePixelRatio: 1, addEventListener() {} },
  fetch: path => Promise.resolve({ json: () => Promise.resolve(answers[path]) }),
  EventSource: class { constructor(path) { assert.equal(path, "events"); source = this; } },
  Math, Map, Set, JSON, Promise, console,
};
vm.runInNewContext(script, context);
await new Promise(resolve => setImmediate(resolve));
assert.equal(element("title").textContent, "crossing  d3");
const drawn = calls.filter(call => call[0] === "lineTo");
// the lane is 0.001 degrees of longitude long: 82.4 m at this latitude (WGS-84), four pixels a metre at the start
const width = Math.abs(drawn[0][1] - calls.find(call => call[0] === "moveTo")[1]) / 4;
assert.ok(Math.abs(width - 82.462) < 0.001, `a lane of ${width} m`);
assert.equal(calls.filter(call => call[0] === "fill").length > 0, true, "the building is filled");

source.onopen();
assert.equal(element("state").textContent, "connected");
calls.length = texts.length = 0;
source.onmessage({ data: JSON.stringify({
  t_ns: "1780315204300000000", s: 4.3, heard: 9, lost: 1, caption: "For ego it is quiet.",
  agents: [["ego", "car", 0, 0, 0, 11, 4.6, 1.85, 1, 1], ["ped-1", "pedestrian", 20, 5, 1.57, 0, 0.5, 0.6, 0, 0]],
  signals: [["sg-ew", "stop-And-Remain"]], decisions: [["ego", "ease", "brake", "misled_by_v2x"]],
  links: [["ped-1", "ego", "burst"], ["gone", "ego", ""]],
}) });
assert.equal(element("state").textContent, "4.3 s");
assert.equal(element("caption").textContent, "For ego it is quiet.");
assert.deepEqual([...new Set(texts)], ["ego", "ped-1"]);
assert.equal(element("decisions").rows[0].rows[1].textContent, "ease (truth: brake) misled_by_v2x");
assert.deepEqual(element("air").rows.map(row => row.rows[1].textContent), [9, 1, 2]);
source.onerror();
assert.equal(element("state").className, "off");
console.log("the page shows what it is told");
