/* A text to residents: written here, shown as they will read it. The draft stays in this tab, so
   that nothing that happens on the server takes it away. */
export default function (component) {
  const root = component.parentElement;
  const composer = root.hnmComposer ?? (root.hnmComposer = new Composer(root));
  composer.update(component);
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
    });
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
    this.find(".note").textContent = words.note;
    this.text.maxLength = data.longest;
    this.drawGroups();
    this.drawTemplates();
    if (isNew) {
      this.text.value = sessionStorage.getItem(data.draft) ?? data.templates[0]?.text ?? "";
      this.text.focus();
    }
    this.preview();
  }

  drawGroups() {
    const box = this.find(".groups");
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

  drawTemplates() {
    const select = this.find(".templates");
    if (select.options.length === this.data.templates.length) return;
    select.replaceChildren(...this.data.templates.map(({ name }, place) => new Option(name, place)));
  }

  take(place) {
    this.text.value = this.data.templates[place].text;
    this.typed();
  }

  typed() {
    sessionStorage.setItem(this.data.draft, this.text.value);
    this.preview();
  }

  chosen() {
    return [...this.find(".groups").querySelectorAll("input:checked")].map((i) => Number(i.value));
  }

  preview() {
    const text = this.text.value.trim();
    const rule = this.data.rule;
    this.find(".bubble").textContent = text.includes(rule) ? text : `${text}\n${rule}`;
    this.find(".count").textContent = `${this.text.value.length} / ${this.data.longest}`;
    this.find(".send").disabled = !text || (this.data.needs_group && this.chosen().length === 0);
  }

  send() {
    sessionStorage.removeItem(this.data.draft);
    this.trigger("sent", { text: this.text.value, groups: this.chosen() });
  }
}
