/* What the live map draws on its canvas: areas, names, heat, circles, lines, and many symbols. */
const EARTH_M = 40075016.686;
const REACH_PX = 6;
const HEAT_CELL = 4;
const HEAT_REACH = 9;
const CLOSE_ZOOM = 15.5;

class Paint {
  constructor(live) {
    this.live = live;
    this.map = live.map;
    this.canvas = live.L.DomUtil.create("canvas", "", this.map.getPane("overlayPane"));
    this.pen = this.canvas.getContext("2d");
    this.sprites = new Map();
    this.rows = [];
    this.ids = new Set();
    this.places = flat([]);
    this.lines = [];
    this.dots = false;
    this.map.on("move zoom viewreset resize", () => this.now());
  }

  takeGround(ground) {
    this.sprites.clear();
    this.areas = ground.areas.map((area) => ({ ...area, flat: area.parts.map(flat) }));
    this.labels = ground.labels.map(([name, lat, lon]) => ({ name, at: world(lat, lon) }));
  }

  /* Where each row stands is worked out once; a move only shifts and scales that. */
  takeRows(rows) {
    if (this.rows === rows) return;
    this.rows = rows;
    this.ids = new Set(rows.map((row) => row[ID]));
    this.places = flat(rows.map((row) => [row[LAT], row[LON]]));
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => this.now());
  }

  now() {
    cancelAnimationFrame(this.waiting);
    this.waiting = null;
    if (!this.live.map || !this.areas) return;
    const began = performance.now();
    this.begin();
    this.drawAreas();
    for (const shape of this.live.given.shapes) this.drawShape(shape);
    if (this.live.given.heat) this.drawHeat(this.live.given.heat);
    const counted = this.live.given.heat || Object.keys(this.live.given.officers).length;
    if (!counted) this.drawNames();
    this.drawArea(this.live.given.area, this.live.tools.corners);
    this.drawCircles();
    if (this.dots) this.drawDots();
    if (counted) this.drawNames();
    this.drawLines();
    this.live.section.dataset.lines = this.lines.length;
    this.live.section.dataset.drawMs = (performance.now() - began).toFixed(1);
  }

  begin() {
    const { x, y } = this.map.getSize();
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(x * ratio) || this.canvas.height !== Math.round(y * ratio)) {
      this.canvas.width = Math.round(x * ratio);
      this.canvas.height = Math.round(y * ratio);
      this.canvas.style.width = `${x}px`;
      this.canvas.style.height = `${y}px`;
    }
    this.live.L.DomUtil.setPosition(this.canvas, this.map.containerPointToLayerPoint([0, 0]));
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, x, y);
    [this.width, this.height] = [x, y];
    this.scale = 256 * 2 ** this.map.getZoom();
    const corner = this.map.getPixelBounds().min;
    [this.left, this.top] = [corner.x, corner.y];
    this.zoom = this.map.getZoom();
    this.look = this.live.ground.look;
    this.lines = [];
  }

  x(across) { return across * this.scale - this.left; }
  y(down) { return down * this.scale - this.top; }
  point(lat, lon) {
    const [across, down] = world(lat, lon);
    return [this.x(across), this.y(down)];
  }
  pixels(metres, lat) {
    return (metres * this.scale) / (EARTH_M * Math.cos((lat * Math.PI) / 180));
  }
  inView(x, y, margin) {
    return x > -margin && y > -margin && x < this.width + margin && y < this.height + margin;
  }

  trace(parts) {
    this.pen.beginPath();
    for (const part of parts) {
      for (let i = 0; i < part.length; i += 2) this.pen.lineTo(this.x(part[i]), this.y(part[i + 1]));
      this.pen.closePath();
    }
  }

  drawAreas() {
    const { pen, look, live } = this;
    const bare = !live.section.classList.contains("has-basemap");
    for (const area of this.areas) {
      if (!area.flat.length) continue;
      this.trace(area.flat);
      pen.fillStyle = look.panel;
      pen.globalAlpha = 0.75;
      if (bare && area.kind !== "district") pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = look.area;
      pen.lineWidth = area.kind === "district" ? 3 : 1.5;
      pen.stroke();
      if (live.given.officers[area.id]) this.edge(3.5, [2, 4]);
    }
  }

  drawShape({ parts, at, radius_m: radius, colour, fill, dashed }) {
    const { pen } = this;
    this.trace(parts.map(flat));
    if (at) {
      pen.beginPath();
      pen.arc(...this.point(...at), this.pixels(radius, at[0]), 0, 2 * Math.PI);
    }
    pen.fillStyle = pen.strokeStyle = colour;
    pen.globalAlpha = fill;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = dashed ? 2 : 3;
    pen.setLineDash(dashed ? [6, 4] : []);
    pen.stroke();
    pen.setLineDash([]);
  }

  edge(width, dashes) {
    this.pen.strokeStyle = this.look.pick;
    this.pen.lineWidth = width;
    this.pen.setLineDash(dashes);
    this.pen.stroke();
    this.pen.setLineDash([]);
  }

  /* Names of areas first; a street's name only where there is room for it. */
  drawNames() {
    const taken = [];
    const { officers, heat } = this.live.given;
    for (const area of this.areas) {
      const covered = officers[area.id];
      if (area.kind === "district" && !covered) continue;
      const lines = [area.name];
      if (heat && area.kind !== "district") lines[0] = `${area.name}: ${heat.counts[area.id] ?? 0}`;
      if (covered) lines.push(...covered.split("\n"));
      this.write(lines, ...this.point(...area.at), 13, this.zoom < CLOSE_ZOOM || covered || heat ? 1 : 0.6, taken);
    }
    if (this.zoom < CLOSE_ZOOM || this.live.tiles?.layer) return;
    for (const { name, at } of this.labels) this.write([name], this.x(at[0]), this.y(at[1]), 11, 1, taken);
  }

  write(lines, x, y, size, alpha, taken) {
    if (!this.inView(x, y, 100)) return;
    const { pen, look } = this;
    pen.font = `${size > 11 ? "600 " : ""}${size}px "Source Sans", system-ui, sans-serif`;
    const wide = Math.max(...lines.map((line) => pen.measureText(line).width)) / 2 + 3;
    const high = (lines.length * (size + 3)) / 2;
    const box = [x - wide, y - high, x + wide, y + high];
    if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
    taken.push(box);
    pen.globalAlpha = alpha;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    lines.forEach((line, place) => {
      const down = y - high + (place + 0.5) * (size + 3);
      pen.strokeStyle = look.ground;
      pen.strokeText(line, x, down);
      pen.fillStyle = place ? look.text : look.label;
      pen.fillText(line, x, down);
    });
    pen.globalAlpha = 1;
  }

  /* A hill for each point, added up on a coarse grid; brighter is more, also without colour. */
  drawHeat({ points }) {
    const wide = Math.ceil(this.width / HEAT_CELL) + 1;
    const high = Math.ceil(this.height / HEAT_CELL) + 1;
    const hills = new Float32Array(wide * high);
    for (const [lat, lon, weight] of points) {
      const [x, y] = this.point(lat, lon);
      if (this.inView(x, y, HEAT_REACH * HEAT_CELL)) this.hill(hills, wide, high, x / HEAT_CELL, y / HEAT_CELL, weight);
    }
    const most = Math.max(2.5, hills.reduce((one, other) => Math.max(one, other), 0));
    const picture = new ImageData(wide, high);
    hills.forEach((value, at) => picture.data.set(this.live.ground.dark ? glow(value / most) : burn(value / most), at * 4));
    this.heat ??= document.createElement("canvas");
    [this.heat.width, this.heat.height] = [wide, high];
    this.heat.getContext("2d").putImageData(picture, 0, 0);
    this.pen.imageSmoothingEnabled = true;
    this.pen.drawImage(this.heat, 0, 0, wide * HEAT_CELL, high * HEAT_CELL);
  }

  hill(hills, wide, high, x, y, weight) {
    const [column, line] = [Math.round(x), Math.round(y)];
    for (let down = Math.max(0, line - HEAT_REACH); down <= Math.min(high - 1, line + HEAT_REACH); down++) {
      for (let across = Math.max(0, column - HEAT_REACH); across <= Math.min(wide - 1, column + HEAT_REACH); across++) {
        const far = ((across - x) ** 2 + (down - y) ** 2) / (HEAT_REACH * HEAT_REACH);
        if (far < 1) hills[down * wide + across] += weight * (1 - far) ** 2;
      }
    }
  }

  /* What lies outside the chosen area is dimmed; the area that is being drawn has its corners. */
  drawArea(outlines, corners) {
    const { pen, look } = this;
    if (outlines.length) {
      this.trace(outlines.map(flat));
      this.edge(3, [10, 5]);
      pen.rect(-5, -5, this.width + 10, this.height + 10);
      pen.fillStyle = look.ground;
      pen.globalAlpha = 0.55;
      pen.fill("evenodd");
      pen.globalAlpha = 1;
    }
    if (!corners?.length) return;
    this.trace([flat(corners)]);
    pen.fillStyle = look.pick;
    pen.globalAlpha = 0.15;
    pen.fill();
    pen.globalAlpha = 1;
    this.edge(3, []);
    for (const [lat, lon] of corners) {
      const [x, y] = this.point(lat, lon);
      pen.fillStyle = look.pick;
      pen.fillRect(x - 4, y - 4, 8, 8);
    }
  }

  drawCircles() {
    const { chosen } = this.live;
    if (!this.dots) for (const row of this.rows) if (row[CIRCLE] && row[ID] !== chosen?.[ID]) this.circle(row, false);
    if (chosen?.[CIRCLE]) this.circle(chosen, true);
  }

  circle(row, isChosen) {
    const [lat, lon, radius] = row[CIRCLE];
    const [x, y] = this.point(lat, lon);
    const reach = this.pixels(radius, lat);
    if (!this.inView(x, y, reach)) return;
    const { pen } = this;
    pen.beginPath();
    pen.arc(x, y, reach, 0, 2 * Math.PI);
    pen.fillStyle = pen.strokeStyle = this.live.ground.topics[row[TOPIC]].colour;
    pen.globalAlpha = isChosen ? 0.12 : 0.05;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = isChosen ? 2 : 1;
    pen.setLineDash([6, 6]);
    pen.stroke();
    pen.setLineDash([]);
  }

  /* From the chosen one to what lies near: whole to what was here before, dotted to what goes on. */
  drawLines() {
    const { chosen, given } = this.live;
    if (!chosen || given.layers.includes("no_nearby")) return;
    const [x, y] = this.point(chosen[LAT], chosen[LON]);
    const { pen, look } = this;
    for (const [id, lat, lon, label, earlier] of given.nearby) {
      const [ex, ey] = this.point(lat, lon);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(ex, ey);
      pen.strokeStyle = look.text;
      pen.lineWidth = 1.5;
      pen.setLineDash(earlier ? [] : [2, 4]);
      pen.stroke();
      pen.setLineDash([]);
      if (!this.ids.has(id)) this.end(ex, ey, earlier);
      const row = [];
      [row[ID], row[LABEL]] = [id, label];
      this.lines.push({ row, from: [x, y], to: [ex, ey] });
    }
  }

  /* What the list does not show has no mark of its own. */
  end(x, y, earlier) {
    const { pen, look } = this;
    pen.beginPath();
    if (earlier) pen.arc(x, y, 4, 0, 2 * Math.PI);
    else pen.rect(x - 3.5, y - 3.5, 7, 7);
    pen.fillStyle = look.ground;
    pen.fill();
    pen.stroke();
  }

  /* Under the urgent ones; seen through where heat lies under them. */
  drawDots() {
    const chosen = this.live.chosen?.[ID];
    if (this.live.given.heat) this.pen.globalAlpha = 0.55;
    for (const wanted of [0, URGENT]) {
      for (let i = 0; i < this.rows.length; i++) {
        const row = this.rows[i];
        if ((row[FLAGS] & URGENT) !== wanted || row[ID] === chosen) continue;
        const [x, y] = [this.x(this.places[2 * i]), this.y(this.places[2 * i + 1])];
        if (!this.inView(x, y, 30)) continue;
        const sprite = this.sprite(row);
        this.pen.drawImage(sprite, x - sprite.half, y - sprite.half, 2 * sprite.half, 2 * sprite.half);
      }
    }
    this.pen.globalAlpha = 1;
  }

  /* Smaller from far away, where there are many beside each other. */
  radius(row) {
    return Math.max(6, row[SIZE] / (this.zoom < 15 ? 3.2 : 2.6));
  }

  /* A symbol is drawn once and copied: ten thousand paths a frame are too slow. */
  sprite(row) {
    const radius = this.radius(row);
    const name = `${row[TOPIC]} ${radius} ${row[FLAGS]}`;
    let sprite = this.sprites.get(name);
    if (sprite) return sprite;
    const ratio = window.devicePixelRatio || 1;
    sprite = document.createElement("canvas");
    sprite.half = Math.ceil(radius + 8);
    sprite.width = sprite.height = 2 * sprite.half * ratio;
    const pen = sprite.getContext("2d");
    pen.scale(ratio, ratio);
    pen.translate(sprite.half, sprite.half);
    stamp(pen, radius, row[FLAGS], this.live.ground.topics[row[TOPIC]], this.look);
    this.sprites.set(name, sprite);
    return sprite;
  }

  /* The row under the pointer; the chosen one and the urgent lie on top. */
  nearest({ x, y }) {
    const { chosen } = this.live;
    let [found, best] = [null, Infinity];
    for (let i = 0; i < this.rows.length; i++) {
      const row = this.rows[i];
      const reach = (this.dots ? this.radius(row) : row[SIZE] / 2) + 2;
      const [across, down] = [this.x(this.places[2 * i]) - x, this.y(this.places[2 * i + 1]) - y];
      const far = Math.hypot(across, down) - (row[FLAGS] & URGENT ? reach / 2 : 0);
      if (Math.abs(across) <= reach && Math.abs(down) <= reach && far < best) [found, best] = [row, far];
    }
    if (chosen) {
      const [cx, cy] = this.point(chosen[LAT], chosen[LON]);
      if (Math.hypot(cx - x, cy - y) < Math.min(best + 4, chosen[SIZE] / 2 + 2)) return chosen;
    }
    return found;
  }

  nearestLine({ x, y }) {
    let [found, best] = [null, REACH_PX];
    for (const { row, from, to } of this.lines) {
      const far = Math.min(awayFrom(from, to, x, y), Math.hypot(to[0] - x, to[1] - y) - 4);
      if (far < best) [found, best] = [row, far];
    }
    return found;
  }
}

/* Web Mercator, the whole world in 0 to 1. */
function world(lat, lon) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

function flat(places) {
  const found = new Float64Array(places.length * 2);
  places.forEach(([lat, lon], at) => found.set(world(lat, lon), at * 2));
  return found;
}

function awayFrom([ax, ay], [bx, by], x, y) {
  const long = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
  const part = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long));
  return Math.hypot(ax + part * (bx - ax) - x, ay + part * (by - ay) - y);
}

/* From nothing over amber to dark red, and in the dark from dark red to bright yellow. */
function burn(share) {
  const s = Math.min(1, share);
  return [230 - 130 * s, 140 - 130 * s, 40 - 25 * s, 215 * s ** 0.6];
}

function glow(share) {
  const s = Math.min(1, share);
  return [150 + 105 * s, 50 + 185 * s, 20 + 90 * s, 215 * s ** 0.6];
}

/* The same shapes as the symbols of the page: a square is urgent, dashes are vague, a second ring
   and an arrow say that it is with somebody else. */
function stamp(pen, radius, flags, { symbol: letter, colour, ink }, look) {
  pen.globalAlpha = flags & ENDED ? 0.5 : flags & VAGUE ? 0.85 : 1;
  outline(pen, radius, flags);
  pen.fillStyle = colour;
  pen.fill();
  if (flags & VAGUE) pen.setLineDash([3, 2]);
  pen.strokeStyle = flags & URGENT ? "#d32f2f" : look.edge;
  pen.lineWidth = flags & URGENT ? 3.5 : 1.2;
  pen.stroke();
  pen.setLineDash([]);
  if (flags & HANDED) {
    outline(pen, radius + 3.5, flags);
    pen.strokeStyle = look.edge;
    pen.lineWidth = 1.2;
    pen.stroke();
  }
  pen.fillStyle = ink;
  pen.font = `700 ${Math.round(radius * 1.25)}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(letter, 0, radius * 0.08);
}

function outline(pen, radius, flags) {
  pen.beginPath();
  if (flags & URGENT) pen.rect(-radius, -radius, 2 * radius, 2 * radius);
  else pen.arc(0, 0, radius, 0, 2 * Math.PI);
}
