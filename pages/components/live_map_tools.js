/* The controls over the live map: layers with their legend, drawing an area, taking it away. */
const DRAG_PX = 6;
const MOST_CORNERS = 60;
const HEATS = ["heat_day", "heat_week", "heat_month"];

class Tools {
  constructor(live) {
    this.live = live;
    this.map = live.map;
    this.corners = null;
    live.find(".draw").addEventListener("click", () => (this.corners ? this.stop() : this.start()));
    live.find(".within").addEventListener("click", () => live.tell("area", null));
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey, true);
    this.map.on("mousedown", (event) => this.press(event));
    this.map.on("mouseup", () => this.release());
  }

  leave() {
    document.removeEventListener("keydown", this.onKey, true);
  }

  show() {
    const { given, words, find } = this.live;
    find(".layers").hidden = !given.offered.length && !this.live.rows.length && !given.heat;
    const button = find(".draw");
    button.hidden = !given.may_draw;
    button.textContent = this.corners ? words.draw_stop : words.draw;
    button.setAttribute("aria-pressed", String(Boolean(this.corners)));
    const within = find(".within");
    within.hidden = !given.area.length && !given.area_name;
    within.textContent = `${given.area_name} ✕`;
    within.title = within.ariaLabel = words.area_clear.replace("{name}", given.area_name);
    const drawn = JSON.stringify([words, given.offered, this.live.given.ground_mark]);
    if (this.drawn !== drawn) this.build();
    this.drawn = drawn;
    this.check();
    this.goToArea();
  }

  /* An area named in the address or in a list comes into view once. */
  goToArea() {
    const { area } = this.live.given;
    const mark = area.length ? JSON.stringify(area) : "";
    if (mark === (this.areaMark ?? "")) return;
    this.areaMark = mark;
    const bounds = mark ? this.live.L.latLngBounds(area.flat()) : null;
    if (!bounds || this.map.getBounds().contains(bounds)) return;
    this.live.aimAt(() => this.map.fitBounds(bounds, { animate: false }));
    this.live.keepView();
  }

  build() {
    const { words, given, find, ground } = this.live;
    find(".layers summary").textContent = words.layers;
    const names = given.offered.filter((name) => !HEATS.includes(name));
    const heats = given.offered.filter((name) => HEATS.includes(name));
    const choices = names.map((name) => this.switchOf(name));
    if (heats.length) choices.push(this.heatChoice(heats));
    find(".choices").replaceChildren(...choices);
    find(".legend").replaceChildren(...legendOf(words, ground, given));
  }

  switchOf(name) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name });
    box.addEventListener("change", () => this.tellLayers());
    label.append(box, this.live.words[`layer_${name}`]);
    return label;
  }

  heatChoice(heats) {
    const label = document.createElement("label");
    const choice = Object.assign(document.createElement("select"), { name: "heat" });
    for (const name of ["", ...heats]) {
      choice.append(new Option(this.live.words[`layer_${name || "heat_none"}`], name));
    }
    choice.addEventListener("change", () => this.tellLayers());
    const said = document.createElement("span");
    said.textContent = this.live.words.layer_heat;
    label.append(said, choice);
    return label;
  }

  check() {
    const { layers } = this.live.given;
    for (const box of this.boxes()) {
      box.checked = layers.includes(box.name) !== box.name.startsWith("no_");
    }
    const choice = this.live.find(".choices select");
    if (choice) choice.value = HEATS.find((name) => layers.includes(name)) ?? "";
    const said = this.live.find(".heat-said");
    if (said) said.textContent = this.live.given.heat?.said ?? "";
    if (said) said.parentElement.hidden = !this.live.given.heat;
  }

  boxes() {
    return [...this.live.section.querySelectorAll(".choices input")];
  }

  /* What the browser can switch by itself shows at once; the page keeps it and brings the rest. */
  tellLayers() {
    const layers = this.boxes().filter((box) => box.checked !== box.name.startsWith("no_"))
      .map((box) => box.name);
    const heat = this.live.find(".choices select")?.value;
    if (heat) layers.push(heat);
    this.live.given.layers = layers;
    this.live.showBasemap();
    this.live.paint.soon();
    this.live.tell("layers", layers);
  }

  start() {
    this.corners = [];
    this.map.dragging.disable();
    this.map.doubleClickZoom.disable();
    this.mode();
  }

  stop() {
    this.corners = this.pressed = null;
    this.map.dragging.enable();
    setTimeout(() => this.corners || this.map.doubleClickZoom.enable(), 400);
    this.mode();
  }

  mode() {
    const hint = this.live.find(".hint");
    hint.hidden = !this.corners;
    hint.textContent = this.corners ? this.live.words.draw_hint : "";
    this.live.section.classList.toggle("is-drawing", Boolean(this.corners));
    this.show();
    this.live.paint.soon();
  }

  /* A click sets a corner; on the first corner, or twice, the area is done. True: it is ours. */
  takes(event) {
    if (event.type === "click" && this.dragged) return true;
    if (!this.corners) return false;
    if (event.type === "mousemove") this.drag(event);
    if (event.type === "click") this.corner(event);
    return true;
  }

  corner(event) {
    const { x, y } = event.containerPoint;
    const near = (corner) => corner && this.map.latLngToContainerPoint(corner).distanceTo([x, y]) < 12;
    if (this.corners.length >= 3 && (near(this.corners[0]) || near(this.corners.at(-1)))) {
      this.finish();
    } else if (!near(this.corners.at(-1)) && this.corners.length < MOST_CORNERS) {
      this.corners.push([event.latlng.lat, event.latlng.lng]);
      this.live.paint.soon();
    }
  }

  press(event) {
    if (this.corners && !this.corners.length) this.pressed = event;
  }

  /* Dragging draws a rectangle. */
  drag(event) {
    if (!this.pressed) return;
    if (!event.originalEvent.buttons) { this.release(); return; }
    const far = this.pressed.containerPoint.distanceTo(event.containerPoint);
    if (far < DRAG_PX && !this.dragged) return;
    this.dragged = true;
    const [one, other] = [this.pressed.latlng, event.latlng];
    this.corners = [[one.lat, one.lng], [one.lat, other.lng], [other.lat, other.lng], [other.lat, one.lng]];
    this.live.paint.soon();
  }

  release() {
    if (this.corners && this.pressed && this.dragged) this.finish();
    this.pressed = null;
    setTimeout(() => { this.dragged = false; }, 50);
  }

  finish() {
    const corners = this.corners.map(([lat, lon]) => [Number(lat.toFixed(5)), Number(lon.toFixed(5))]);
    if (corners.length < 3) return;
    this.live.given.area = [corners];
    this.areaMark = JSON.stringify([corners]);
    this.stop();
    this.live.tell("area", corners);
  }

  key(event) {
    if (!this.corners || !["Escape", "Enter", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.stop();
    else if (event.key === "Enter") this.finish();
    else this.corners.pop();
    this.live.paint.soon();
  }
}

/* Shapes first, then the letters of the topics: nothing here is said by colour only. */
function legendOf(words, ground, given) {
  const [topic] = Object.keys(ground.topics);
  const sample = (flags, size = 20) => symbol([0, 0, 0, topic, size, flags], { [topic]: { symbol: "", colour: "transparent", ink: "" } });
  const shapes = [["legend_incident", sample(0)], ["legend_urgent", sample(URGENT)],
    ["legend_handed", sample(HANDED)], ["legend_vague", sample(VAGUE)], ["legend_ended", sample(ENDED)],
    ["legend_circle", swatch("circle")]];
  if (given.offered.includes("no_nearby")) shapes.push(["legend_earlier", swatch("line")], ["legend_now", swatch("line dotted")]);
  if (given.offered.includes("officers")) shapes.push(["legend_officers", swatch("line dashed")]);
  const list = document.createElement("ul");
  list.append(...shapes.map(([name, mark]) => line(mark, words[name])));
  const heat = line(swatch("heat"), "");
  heat.lastChild.className = "heat-said";
  list.append(heat);
  const topics = document.createElement("ul");
  topics.className = "topics";
  topics.append(...Object.entries(ground.topics).map(([name, { name: said }]) =>
    line(symbol([0, 0, 0, name, 20, 0], ground.topics), said)));
  const title = document.createElement("h2");
  title.textContent = words.legend;
  return [title, list, topics];
}

function swatch(name) {
  const mark = document.createElement("span");
  mark.className = `swatch ${name}`;
  return mark;
}

function line(mark, said) {
  const found = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = said;
  mark.ariaHidden = "true";
  const box = document.createElement("span");
  box.className = "mark";
  box.append(mark);
  found.append(box, text);
  return found;
}
