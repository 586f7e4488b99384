/* A text to residents: written here, shown as they will read it in each channel. The draft stays in
   this tab, so that nothing that happens on the server takes it away. */
export default function (component) {
  const root = component.parentElement;
  const composer = root.hnmComposer ?? (root.hnmComposer = new Composer(root));
  composer.update(component);
}

/* As core.channel_limits: in characters, or in units of UTF-16. */
export const lengthOf = (text, utf16) => (utf16 ? text.length : [...text].length);

/* As core.channel_limits.parts_of: cut after a sentence or a word; nothing is lost. */
export function partsOf(text, most) {
  const parts = [];
  let rest = [...text.trim()];
  while (rest.length > most) {
    const cut = cutAt(rest.slice(0, most));
    parts.push(rest.slice(0, cut).join("").trimEnd());
    rest = [...rest.slice(cut).join("").trimStart()];
  }
  return rest.length ? [...parts, rest.join("")] : parts;
}

function cutAt(head) {
  const isSpace = (letter) => letter !== undefined && /\s/.test(letter);
  const half = Math.floor(head.length / 2);
  for (let at = head.length; at >= Math.max(half, 1); at--) {
    const last = head[at - 1];
    if (last === "\n" || (".!?".includes(last) && isSpace(head[at]))) return at;
  }
  for (let at = head.length - 1; at >= half; at--) if (isSpace(head[at])) return at;
  return Math.max(head.length, 1);
}

class Composer {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.text = this.find("textarea");
    this.text.addEventListener("input", () => this.typed());
    this.find(".templates").addEventListener("change", (event) => this.take(event.target.value));
    this.find(".send").addEventListener("click", () => this.send());
    this.find(".cancel").addEventListener("click", () => this.trigger("cancelled", true));
    this.find(".form").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.trigger("cancelled", true);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.send();
    });
    this.shown = 0;
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const isNew = this.data?.draft !== data.draft;
    this.data = data;
    const words = data.words;
    this.find(".title").textContent = words.title;
    this.find(".label-text").textContent = words.text;
    this.find(".label-template").textContent = words.template;
    this.find(".label-preview").textContent = words.preview;
    this.find(".send").textContent = words.send;
    this.find(".cancel").textContent = words.cancel;
    this.find(".cancel").hidden = !words.cancel;
    this.find(".note").textContent = words.note;
    this.find(".groups").ariaLabel = words.groups;
    this.find(".tabs").ariaLabel = words.preview;
    this.text.maxLength = data.longest;
    this.drawGroups();
    this.drawStarts();
    this.drawPlaces();
    if (isNew) this.begin();
    this.preview();
  }

  begin() {
    const { draft, starts } = this.data;
    this.text.value = sessionStorage.getItem(draft) ?? starts[0]?.text ?? "";
    this.language = sessionStorage.getItem(`${draft}.language`) ?? starts[0]?.language ?? "nl";
    const same = starts.findIndex((start) => start.text === this.text.value);
    this.find(".templates").value = String(Math.max(same, 0));
    this.shown = 0;
    if (this.data.takes_focus) this.text.focus();
  }

  drawGroups() {
    const box = this.find(".groups");
    box.hidden = this.data.groups.length === 0;
    const wanted = this.data.groups.map((group) => `${group.id} ${group.name}`).join();
    if (box.dataset.ids === wanted) return;
    box.dataset.ids = wanted;
    box.replaceChildren(...this.data.groups.map((group) => {
      const label = document.createElement("label");
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.checked = !group.off;
      tick.value = group.id;
      tick.onchange = () => this.preview();
      label.append(tick, group.name);
      return label;
    }));
  }

  drawStarts() {
    const select = this.find(".templates");
    const wanted = JSON.stringify(this.data.starts);
    if (select.dataset.starts === wanted) return;
    select.dataset.starts = wanted;
    select.replaceChildren();
    this.data.starts.forEach(({ name, heading }, place) => {
      let box = select;
      if (heading) {
        box = select.lastElementChild;
        if (box?.label !== heading) {
          box = document.createElement("optgroup");
          box.label = heading;
          select.append(box);
        }
      }
      box.append(new Option(name, place));
    });
    this.find(".templates").parentElement.hidden = this.data.starts.length < 2;
  }

  /* What may be left open: a button each, that puts it where the cursor is. */
  drawPlaces() {
    const box = this.find(".places");
    const { places, words } = this.data;
    box.hidden = places.length === 0;
    const wanted = JSON.stringify(places);
    if (box.dataset.drawn === wanted) return;
    box.dataset.drawn = wanted;
    box.ariaLabel = words.places ?? "";
    box.replaceChildren(make("span", "fact", words.places ?? ""), ...places.map(({ name, called }) => {
      const button = make("button", "tab", called);
      button.type = "button";
      button.title = `{${name}}`;
      button.onclick = () => {
        this.text.focus();
        const { selectionStart: from, selectionEnd: to } = this.text;
        if (!document.execCommand?.("insertText", false, `{${name}}`)) this.text.setRangeText(`{${name}}`, from, to, "end");
        this.typed();
      };
      return button;
    }));
  }

  /* With examples where something is left open; and what is in braces and means nothing. */
  filled(text) {
    const { places } = this.data;
    if (!places.length) return text;
    const known = Object.fromEntries(places.map((place) => [place.name, place.example]));
    return text.replace(/\{([^{}]*)\}/g, (whole, name) => known[name] ?? whole);
  }

  unknown() {
    const names = this.data.places.map((place) => place.name);
    const found = this.data.places.length ? this.text.value.match(/\{[^{}]*\}|[{}]/g) ?? [] : [];
    return found.filter((braced) => !names.includes(braced.slice(1, -1)));
  }

  /* Through the browser's own editing where it can, so that Ctrl+Z brings back what was typed. */
  take(place) {
    const start = this.data.starts[place];
    this.language = start.language;
    this.text.focus();
    this.text.select();
    const done = start.text && document.execCommand?.("insertText", false, start.text);
    if (!done || this.text.value !== start.text) this.text.value = start.text;
    this.typed();
  }

  typed() {
    if (!this.text.value.trim()) this.language = this.data.starts[0]?.language ?? "nl";
    sessionStorage.setItem(this.data.draft, this.text.value);
    sessionStorage.setItem(`${this.data.draft}.language`, this.language);
    this.preview();
  }

  chosen() {
    return [...this.find(".groups").querySelectorAll("input:checked")].map((i) => Number(i.value));
  }

  /* What goes out: with the promise, and with the rule when it is not there in some language. */
  said() {
    const { rules, promise } = this.data;
    const text = [this.filled(this.text.value.trim()), promise].filter(Boolean).join("\n");
    if (Object.values(rules).some((rule) => text.includes(rule))) return text;
    return [text, rules[this.language] ?? rules.nl].filter(Boolean).join("\n");
  }

  lanes() {
    const chosen = this.chosen();
    const asked = this.data.needs_group;
    return this.data.lanes.filter(({ ways }) => !asked || ways.some((id) => chosen.includes(id)));
  }

  preview() {
    const said = this.said();
    /* Beside what a channel carries there is our own limit; the promise and the rule come on top. */
    const ours = this.data.longest + lengthOf(said) - lengthOf(this.filled(this.text.value.trim()));
    const lanes = this.lanes().map((lane) => measured(lane, said, lane.threads ? lane.room : Math.min(lane.room, ours)));
    this.drawChannels(lanes);
    this.shown = Math.min(this.shown, Math.max(lanes.length - 1, 0));
    this.drawTabs(lanes);
    this.find(".phone").replaceChildren(...drawPosts(lanes[this.shown], said, this.data.words));
    const empty = !this.text.value.trim();
    const nobody = this.data.needs_group && this.chosen().length === 0;
    const blocked = this.unknown().length > 0 || lanes.some((lane) => lane.over > 0) || (lanes.length && lanes.every((l) => l.shut));
    this.find(".send").disabled = empty || nobody || Boolean(blocked);
  }

  drawChannels(lanes) {
    const { words } = this.data;
    const known = lanes.length ? lanes : [{ name: "", notes: [], length: lengthOf(this.text.value), room: this.data.longest, posts: [""], over: 0 }];
    this.find(".channels").replaceChildren(...known.map((lane) => {
      const line = make("li", lane.over || lane.shut ? "wrong" : "");
      const said = (value) => value.toLocaleString(words.locale);
      const count = words.count.replace("{length}", said(lane.length)).replace("{room}", said(lane.room));
      line.append(make("span", "count", lane.name ? `${lane.name}: ${count}` : count));
      const notes = [...lane.notes];
      if (lane.over) notes.unshift(words.over.replace("{over}", lane.over));
      if (lane.posts.length > 1) notes.unshift(words.posts.replace("{posts}", lane.posts.length));
      for (const note of notes) line.append(make("span", "fact", note));
      return line;
    }), ...this.unknown().slice(0, 3).map((braced) => {
      return make("li", "wrong", (words.unknown ?? "").replace("{what}", braced));
    }));
  }

  drawTabs(lanes) {
    const tabs = this.find(".tabs");
    tabs.hidden = lanes.length < 2;
    const wanted = JSON.stringify([lanes.map((lane) => lane.name), this.shown]);
    if (tabs.dataset.drawn === wanted) return;
    tabs.dataset.drawn = wanted;
    tabs.replaceChildren(...lanes.map((lane, place) => {
      const tab = make("button", "tab", lane.name);
      tab.type = "button";
      tab.ariaPressed = String(place === this.shown);
      tab.onclick = () => {
        this.shown = place;
        this.preview();
        this.find(".tabs").children[place].focus();
      };
      return tab;
    }));
  }

  send() {
    if (this.find(".send").disabled) return;
    sessionStorage.removeItem(this.data.draft);
    sessionStorage.removeItem(`${this.data.draft}.language`);
    this.trigger("sent", {
      text: this.text.value, groups: this.chosen(), language: this.language ?? "nl",
    });
    if (this.data.clears) { this.begin(); this.preview(); }
  }
}

/* A channel with how long the text is there, and in which posts it goes. */
function measured(lane, said, room) {
  const text = lane.one_line ? said.split(/\s+/).join(" ").trim() : said;
  const posts = lane.threads ? partsOf(text, lane.room) : [text];
  const length = lengthOf(text, lane.utf16);
  return { ...lane, room, posts, length, over: lane.threads ? 0 : Math.max(0, length - room) };
}

function drawPosts(lane, said, words) {
  if (!lane) return [make("div", "bubble", said)];
  return lane.posts.map((post) => {
    const bubble = make("div", "bubble");
    if (lane.subject) bubble.append(make("b", "subject", `${words.subject} ${lane.subject}`));
    const begin = lane.names_whom ? `${words.whom} ` : "";
    const end = lane.tag ? `\n\n${lane.tag}` : "";
    bubble.append(make("span", "", `${begin}${post}${end}`));
    return bubble;
  });
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
