/* The clock runs here between two answers of the server; texts go in as text, never as markup. */
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const drawnAt = Date.now();
  const runs = !data.is_paused && !data.is_over;
  const now = () => Math.min(data.until_ms, data.shown_ms + (runs ? (Date.now() - drawnAt) * data.speed : 0));
  window.hnmNow = now;
  const words = data.words;
  find(".bar").ariaLabel = words.name;
  write(".word", words.word);
  write(".evening", data.evening);
  write(".quiet", words.quiet);
  find(".quiet").title = words.quiet_long;
  write(".label", words.speed);
  write(".state", data.is_over ? words.over : data.is_paused ? words.paused : "");
  find(".bar").classList.toggle("is-paused", data.is_paused);
  find(".does").hidden = false;
  button(".pause", data.is_paused ? words.resume : words.pause, data.is_paused ? "resume" : "pause");
  button(".leave", words.leave, "leave");
  for (const name of [".pause", ".stop", "label"]) find(name).hidden = data.is_over;
  stopButton();
  speeds();
  const format = new Intl.DateTimeFormat(data.language, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    timeZone: data.zone,
  });
  const tick = () => write(".clock", format.format(now()));
  tick();
  const bar = find(".bar");
  clearInterval(bar.hnmTicking);  /* its own clean-up may come after this has begun */
  const ticking = bar.hnmTicking = setInterval(tick, 250);
  return () => {
    clearInterval(ticking);
    if (window.hnmNow === now) delete window.hnmNow;
  };

  function write(name, text) {
    const element = find(name);
    if (element.textContent !== text) element.textContent = text;
  }

  function button(name, text, does) {
    write(name, text);
    find(name).onclick = () => setTriggerValue("do", does);
  }

  /* Ending cannot be taken back: the first press asks, the second does. */
  function stopButton() {
    const stop = find(".stop");
    if (!stop.dataset.sure) write(".stop", words.stop);
    stop.onclick = () => {
      if (stop.dataset.sure) {
        delete stop.dataset.sure;
        setTriggerValue("do", "stop");
        return;
      }
      stop.dataset.sure = "1";
      write(".stop", words.sure);
      setTimeout(() => { delete stop.dataset.sure; write(".stop", words.stop); }, 4000);
    };
  }

  function speeds() {
    const list = find(".speed");
    list.replaceChildren(...data.speeds.map((speed) => {
      const option = document.createElement("option");
      option.value = speed;
      option.textContent = words.times.replace("{speed}", speed);
      option.selected = speed === data.speed;
      return option;
    }));
    list.onchange = () => setTriggerValue("do", `speed:${list.value}`);
  }
}
