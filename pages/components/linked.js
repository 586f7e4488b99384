/* A plane, a map and a timeline of the same messages. What is chosen in one (a box, a cluster, some
   days) is bright in all; Python hears of it when the hand lets go. Text through textContent only. */
const PAD = 10;
const NEAR_PX = 9;
const CLICK_PX = 4;
const DAY_MS = 86400000;
const FAINT = 0.13;

export default function (component) {
  const root = component.parentElement;
  const linked = root.hnmLinked ?? (root.hnmLinked = new Linked(root));
  linked.update(component);
  return () => linked.leave();
}

class Linked {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.root = this.find(".linked");
    this.tip = this.find(".tip");
    this.chosen = nothing();
    this.plane = new View(this.find(".plane"), this, "plane");
    this.map = new View(this.find(".map"), this, "map");
    this.time = new View(this.find(".time"), this, "time");
    this.views = [this.plane, this.map, this.time];
    this.find(".clear").addEventListener("click", () => this.choose(nothing()));
    for (const name of ["first", "last"]) {
      this.find(`.${name}`).addEventListener("change", () => this.chooseDays());
    }
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.root);
  }

  /* Streamlit may take the cleanup of one run after the next has begun: leave only if none came. */
  leave() {
    this.gone = true;
    setTimeout(() => { if (this.gone) this.sized.disconnect(); }, 1000);
  }

  update({ data, setStateValue }) {
    this.gone = false;
    this.tell = setStateValue;
    const anew = this.data?.mark !== data.mark;
    this.data = data;
    this.words = data.words;
    this.points = data.points;
    this.count = data.points.x.length;
    this.look = new Map(data.clusters.map((cluster) => [cluster.number, cluster]));
    if (anew) {
      if (this.known) this.chosen = nothing();
      this.known = true;
      this.measure();
    }
    this.sprites = new Map();
    this.write();
    this.build();
    this.filter();
  }

  measure() {
    const { x, y, lat, lon, day } = this.points;
    this.plane.fit(bounds(x), bounds(y), false);
    const lats = this.data.outlines.flatMap((area) => area.parts.flat().map((place) => place[0]));
    const lons = this.data.outlines.flatMap((area) => area.parts.flat().map((place) => place[1]));
    const known = (values) => values.filter((value) => value !== null);
    const within = lats.length ? [bounds(lons), bounds(lats)] : [bounds(known(lon)), bounds(known(lat))];
    const narrow = Math.cos((within[1][0] * Math.PI) / 180);
    this.map.fit(within[0], within[1], true, narrow);
    this.last = Math.max(0, bounds(day)[1]);
    this.days = new Uint32Array(this.last + 1);
    for (const at of day) this.days[at] += 1;
    this.time.fit([0, this.last + 1], [0, Math.max(1, Math.max(...this.days))], false);
  }

  write() {
    const names = { ".plane-name": "plane", ".map-name": "map", ".time-name": "time",
      ".from": "from", ".to": "to", ".clear": "clear" };
    for (const [place, name] of Object.entries(names)) this.find(place).textContent = this.words[name];
    for (const view of this.views) view.canvas.setAttribute("aria-label", this.words[view.kind]);
    for (const view of this.views) view.canvas.setAttribute("role", "img");
    const range = [this.dayName(0), this.dayName(this.last)];
    for (const name of ["first", "last"]) [this.find(`.${name}`).min, this.find(`.${name}`).max] = range;
  }

  /* The clusters as buttons: for the keyboard, and for who cannot tell the colours apart. */
  build() {
    const legend = this.find(".legend");
    legend.setAttribute("aria-label", this.words.clusters);
    legend.replaceChildren(...this.data.clusters.map((cluster) => {
      const button = document.createElement("button");
      button.type = "button";
      const mark = document.createElement("canvas");
      mark.width = mark.height = 28;
      const pen = mark.getContext("2d");
      shape(pen, cluster.shape, 14, 14, 10);
      fill(pen, cluster);
      const name = document.createElement("span");
      name.textContent = cluster.name;
      button.append(mark, name);
      button.dataset.cluster = cluster.number;
      button.addEventListener("click", () => this.toggle(cluster.number));
      return button;
    }));
  }

  toggle(number) {
    const clusters = new Set(this.chosen.clusters);
    if (!clusters.delete(number)) clusters.add(number);
    this.choose({ ...this.chosen, clusters: [...clusters].sort((a, b) => a - b) });
  }

  chooseDays() {
    const [first, last] = ["first", "last"].map((name) => this.find(`.${name}`).value || null);
    this.choose({ ...this.chosen, first, last });
  }

  choose(chosen) {
    this.chosen = chosen;
    this.filter();
    this.tell?.("chosen", chosen);
  }

  /* What fits everything that is chosen; a box that is still being drawn counts too. */
  filter(passing = {}) {
    const { clusters, first, last, plane, map } = { ...this.chosen, ...passing };
    const { x, y, cluster, day, lat, lon } = this.points;
    const wanted = new Set(clusters);
    const from = first ? this.dayNumber(first) : -Infinity;
    const to = last ? this.dayNumber(last) : Infinity;
    const bright = new Uint8Array(this.count);
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      const fits = (!wanted.size || wanted.has(this.group(cluster[i])))
        && day[i] >= from && day[i] <= to
        && (!plane || inside(plane, x[i], y[i]))
        && (!map || (lat[i] !== null && inside(map, lon[i], lat[i])));
      bright[i] = fits ? 1 : 0;
      count += bright[i];
    }
    this.bright = bright;
    this.shown = count;
    this.all = !wanted.size && !first && !last && !plane && !map;
    this.say(count, { first, last });
    this.draw();
  }

  /* Small clusters that share one mark are one group. */
  group(number) {
    return this.look.has(number) ? number : this.data.clusters.at(-1)?.number ?? number;
  }

  say(count, { first, last }) {
    const about = (n) => (n && n < 5 ? this.words.fewer : (Math.round(n / 5) * 5).toLocaleString(this.data.language));
    this.find(".count").textContent = this.all
      ? this.words.all.replace("{count}", about(this.count))
      : this.words.some.replace("{shown}", about(count)).replace("{count}", about(this.count));
    this.find(".clear").disabled = this.all;
    this.find(".first").value = first ?? "";
    this.find(".last").value = last ?? "";
    const wanted = new Set(this.chosen.clusters);
    for (const button of this.find(".legend").children) {
      button.ariaPressed = String(wanted.has(Number(button.dataset.cluster)));
    }
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      if (!this.data) return;
      const began = performance.now();
      this.drawPlane();
      this.drawMap();
      this.drawTime();
      this.root.dataset.drawMs = (performance.now() - began).toFixed(1);
    });
  }

  drawPlane() {
    const pen = this.plane.open();
    this.drawPoints(pen, this.plane, this.points.x, this.points.y);
    this.plane.close(this.chosen.plane);
  }

  drawMap() {
    const pen = this.map.open();
    pen.lineWidth = 1;
    pen.strokeStyle = pen.fillStyle = style(this.root, "--st-text-color");
    pen.font = `${sized(11)}px ${style(this.root, "--st-font")}`;
    pen.textAlign = "center";
    for (const area of this.data.outlines) {
      pen.globalAlpha = 0.45;
      for (const part of area.parts) {
        pen.beginPath();
        for (const [lat, lon] of part) pen.lineTo(this.map.left(lon), this.map.top(lat));
        pen.closePath();
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    this.drawPoints(pen, this.map, this.points.lon, this.points.lat);
    pen.globalAlpha = 0.85;
    for (const area of this.data.outlines) {
      pen.fillText(area.name, this.map.left(area.at[1]), this.map.top(area.at[0]));
    }
    pen.globalAlpha = 1;
    this.map.close(this.chosen.map);
  }

  /* The faint first, so that what is chosen lies on top. */
  drawPoints(pen, view, across, up) {
    const { cluster } = this.points;
    const lefts = view.lefts = view.lefts?.length === this.count ? view.lefts : new Float32Array(this.count);
    const tops = view.tops = view.tops?.length === this.count ? view.tops : new Float32Array(this.count);
    for (const bright of this.all ? [1] : [0, 1]) {
      pen.globalAlpha = bright ? 0.85 : FAINT;
      for (let i = 0; i < this.count; i++) {
        if (this.bright[i] !== bright) continue;
        if (across[i] === null) { lefts[i] = -99; continue; }
        /* Places are rounded: a small fixed offset keeps messages of one place apart. */
        const off = view.kind === "map" ? 3.5 : 0;
        lefts[i] = view.left(across[i]) + off * Math.sin(i * 12.9898);
        tops[i] = view.top(up[i]) + off * Math.cos(i * 78.233);
        const sprite = this.sprite(cluster[i]);
        pen.drawImage(sprite, lefts[i] - sprite.half, tops[i] - sprite.half, 2 * sprite.half, 2 * sprite.half);
      }
    }
    pen.globalAlpha = 1;
  }

  /* A mark is drawn once and copied: ten thousand paths a frame are too slow. */
  sprite(number) {
    const group = this.group(number);
    let sprite = this.sprites.get(group);
    if (sprite) return sprite;
    const ratio = devicePixelRatio || 1;
    const cluster = this.look.get(group);
    const radius = (cluster.open ? 2.2 : this.count > 3000 ? 3.2 : 4.2) * Math.max(1, innerWidth / 1900);
    sprite = document.createElement("canvas");
    sprite.half = radius + 1.5;
    sprite.width = sprite.height = Math.ceil(2 * sprite.half * ratio);
    const pen = sprite.getContext("2d");
    pen.scale(ratio, ratio);
    shape(pen, cluster.shape, sprite.half, sprite.half, radius);
    fill(pen, cluster);
    this.sprites.set(group, sprite);
    return sprite;
  }

  drawTime() {
    const pen = this.time.open();
    const bright = new Uint32Array(this.days.length);
    for (let i = 0; i < this.count; i++) bright[this.points.day[i]] += this.bright[i];
    const ink = style(this.root, "--st-text-color");
    const accent = style(this.root, "--st-primary-color");
    const wide = Math.max(1, this.time.left(1) - this.time.left(0) - 1);
    const foot = this.time.top(0);
    this.days.forEach((count, at) => {
      const left = this.time.left(at);
      pen.fillStyle = ink;
      pen.globalAlpha = 0.22;
      pen.fillRect(left, this.time.top(count), wide, foot - this.time.top(count));
      pen.fillStyle = accent;
      pen.globalAlpha = 1;
      pen.fillRect(left, this.time.top(bright[at]), wide, foot - this.time.top(bright[at]));
    });
    pen.fillStyle = ink;
    pen.font = `${sized(10)}px ${style(this.root, "--st-font")}`;
    const every = Math.max(1, Math.ceil(this.days.length / (this.time.width / sized(80))));
    for (let at = 0; at < this.days.length; at += every) {
      pen.fillText(this.short(at), this.time.left(at), this.time.height - 2);
    }
    const { first, last } = this.chosen;
    const box = first || last
      ? [first ? this.dayNumber(first) : 0, Infinity, last ? this.dayNumber(last) + 1 : this.last + 1, 0] : null;
    this.time.close(box);
  }

  hover(view, left, top, event) {
    const at = view.kind === "time" ? -1 : this.nearest(view, left, top);
    this.tip.hidden = at < 0;
    if (at < 0) return;
    const number = this.group(this.points.cluster[at]);
    this.tip.textContent = `${this.look.get(number)?.name}\n${this.data.topics[this.points.topic[at]]}\n${this.short(this.points.day[at])}`;
    const frame = this.root.getBoundingClientRect();
    const room = frame.width - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.max(0, Math.min(room, event.clientX - frame.left + 12))}px`;
    this.tip.style.top = `${event.clientY - frame.top + 12}px`;
  }

  nearest(view, left, top) {
    let best = NEAR_PX * NEAR_PX;
    let found = -1;
    for (let i = 0; i < this.count; i++) {
      if (!this.bright[i]) continue;
      const across = view.lefts[i] - left;
      const down = view.tops[i] - top;
      const far = across * across + down * down;
      if (far < best) { best = far; found = i; }
    }
    return found;
  }

  click(view, left, top) {
    if (view.kind === "time") {
      const day = Math.floor(view.across(left));
      if (day < 0 || day > this.last) return;
      const name = this.dayName(day);
      const again = this.chosen.first === name && this.chosen.last === name;
      this.choose({ ...this.chosen, first: again ? null : name, last: again ? null : name });
      return;
    }
    const at = this.nearest(view, left, top);
    if (at >= 0) this.toggle(this.group(this.points.cluster[at]));
    else if (this.chosen[view.kind]) this.choose({ ...this.chosen, [view.kind]: null });
  }

  /* While a box is drawn everything follows at once; Python hears the last. */
  drag(view, box, ended) {
    const passing = view.kind === "time" ? this.daysOf(box) : { [view.kind]: box };
    if (ended) this.choose({ ...this.chosen, ...passing });
    else this.filter(passing);
  }

  daysOf([left, , right]) {
    const clip = (value) => Math.max(0, Math.min(this.last, Math.floor(value)));
    return { first: this.dayName(clip(left)), last: this.dayName(clip(right)) };
  }

  dayName(at) {
    return new Date(Date.parse(this.data.first) + at * DAY_MS).toISOString().slice(0, 10);
  }

  dayNumber(name) {
    return Math.round((Date.parse(name) - Date.parse(this.data.first)) / DAY_MS);
  }

  short(at) {
    return new Date(Date.parse(this.data.first) + at * DAY_MS)
      .toLocaleDateString(this.data.language, { day: "numeric", month: "short", timeZone: "UTC" });
  }
}

/* One canvas with its own scale; it turns the hand into boxes and clicks. */
class View {
  constructor(canvas, linked, kind) {
    Object.assign(this, { canvas, linked, kind });
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", () => { this.from = null; linked.filter(); });
    canvas.addEventListener("pointerleave", () => { linked.tip.hidden = true; });
  }

  fit(across, up, same, narrow = 1) {
    Object.assign(this, { range: [across, up], same, narrow });
  }

  open() {
    const ratio = devicePixelRatio || 1;
    const frame = this.canvas.getBoundingClientRect();
    [this.width, this.height] = [frame.width, frame.height];
    const size = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
    if (this.canvas.width !== size[0]) this.canvas.width = size[0];
    if (this.canvas.height !== size[1]) this.canvas.height = size[1];
    this.pen = this.canvas.getContext("2d");
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, this.width, this.height);
    this.scale();
    return this.pen;
  }

  scale() {
    const foot = this.kind === "time" ? 14 : PAD;
    const [[x0, x1], [y0, y1]] = this.range;
    let sx = (this.width - 2 * PAD) / (x1 - x0 || 1);
    let sy = (this.height - PAD - foot) / (y1 - y0 || 1);
    if (this.same) {
      sy = Math.min(sy, sx / this.narrow);
      sx = sy * this.narrow;
    }
    const spare = [this.width - 2 * PAD - sx * (x1 - x0), this.height - PAD - foot - sy * (y1 - y0)];
    this.left = (value) => PAD + spare[0] / 2 + (value - x0) * sx;
    this.top = (value) => this.height - foot - spare[1] / 2 - (value - y0) * sy;
    this.across = (left) => x0 + (left - PAD - spare[0] / 2) / sx;
    this.up = (top) => y0 + (this.height - foot - spare[1] / 2 - top) / sy;
  }

  close(box) {
    const drawn = this.from && this.to ? this.hand() : null;
    const [left, top, right, bottom] = drawn ?? (box ? this.pixels(box) : []);
    if (left === undefined) return;
    this.pen.strokeStyle = style(this.canvas, "--st-primary-color");
    this.pen.lineWidth = 1.5;
    this.pen.setLineDash([5, 3]);
    this.pen.strokeRect(left, top, right - left, bottom - top);
    this.pen.setLineDash([]);
  }

  pixels([west, north, east, south]) {
    const top = Number.isFinite(north) ? this.top(north) : 1;
    return [this.left(west), top, this.left(east), this.kind === "time" ? this.height - 14 : this.top(south)];
  }

  /* The box between where the hand began and where it is, in pixels. */
  hand() {
    const [x0, x1] = [this.from[0], this.to[0]].sort((a, b) => a - b);
    const [y0, y1] = [this.from[1], this.to[1]].sort((a, b) => a - b);
    return this.kind === "time" ? [x0, 1, x1, this.height - 14] : [x0, y0, x1, y1];
  }

  /* The same in the view's own units. */
  box() {
    const [x0, y0, x1, y1] = this.hand();
    return [this.across(x0), this.up(y0), this.across(x1), this.up(y1)];
  }

  place(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }

  press(event) {
    if (event.button !== 0) return;
    this.from = this.place(event);
    this.to = null;
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    const here = this.place(event);
    if (!this.from) {
      this.linked.hover(this, ...here, event);
      return;
    }
    const far = Math.hypot(here[0] - this.from[0], here[1] - this.from[1]);
    if (!this.to && far < CLICK_PX) return;
    this.to = here;
    this.linked.tip.hidden = true;
    this.linked.drag(this, this.box(), false);
  }

  release() {
    if (!this.from) return;
    const box = this.to ? this.box() : null;
    const from = this.from;
    this.from = this.to = null;
    if (box) this.linked.drag(this, box, true);
    else this.linked.click(this, ...from);
  }
}

function nothing() {
  return { clusters: [], first: null, last: null, plane: null, map: null };
}

function inside([left, top, right, bottom], x, y) {
  return x >= left && x <= right && y <= top && y >= bottom;
}

function bounds(values) {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most === least ? least + 1 : most] : [0, 1];
}

/* On a wall the same share of the screen must be readable from further away. */
function sized(px) {
  return Math.round(px * Math.max(1, Math.min(1.6, innerWidth / 1600)));
}

function style(element, name) {
  return getComputedStyle(element).getPropertyValue(name).trim() || "#808080";
}

function fill(pen, cluster) {
  if (cluster.open) {
    pen.strokeStyle = cluster.colour;
    pen.lineWidth = 1;
    pen.stroke();
    return;
  }
  pen.fillStyle = cluster.colour;
  pen.fill();
  pen.strokeStyle = cluster.edge;
  pen.lineWidth = 0.5;
  pen.stroke();
}

/* Seven shapes, so that colour is never the only thing that tells clusters apart. */
function shape(pen, name, x, y, r) {
  pen.beginPath();
  if (name === "circle") pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (name === "square") pen.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  else for (const [across, up] of CORNERS[name]) pen.lineTo(x + across * r, y - up * r);
  if (name !== "circle" && name !== "square") pen.closePath();
}

const CORNERS = {
  diamond: [[0, 1.1], [1.1, 0], [0, -1.1], [-1.1, 0]],
  up: [[0, 1.1], [1.05, -0.8], [-1.05, -0.8]],
  down: [[0, -1.1], [1.05, 0.8], [-1.05, 0.8]],
  cross: [[-0.4, 1], [0.4, 1], [0.4, 0.4], [1, 0.4], [1, -0.4], [0.4, -0.4], [0.4, -1], [-0.4, -1],
    [-0.4, -0.4], [-1, -0.4], [-1, 0.4], [-0.4, 0.4]],
  star: Array.from({ length: 10 }, (_, i) => {
    const far = i % 2 ? 0.5 : 1.15;
    return [far * Math.sin((i * Math.PI) / 5), far * Math.cos((i * Math.PI) / 5)];
  }),
};
