/* Counts down each line; what is late says so, and how late. Texts go in as text, never as markup. */
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".moments");
  const drawnAt = Date.now();
  const lines = data.rows.map((row) => {
    const line = document.createElement("li");
    const left = document.createElement("span");
    left.className = "left";
    line.append(document.createTextNode(row.text), left);
    return line;
  });
  list.replaceChildren(...lines);
  const tick = () => {
    const now = window.hnmNow?.() ?? data.now_ms + Date.now() - drawnAt;
    data.rows.forEach((row, place) => say(lines[place], row, now, data.words));
  };
  tick();
  clearInterval(list.hnmTicking);  /* its own clean-up may come after this has begun */
  const ticking = list.hnmTicking = setInterval(tick, 1000);
  return () => clearInterval(ticking);
}

/* ▲ is late, ⏸ stands still: a colour alone says nothing to some. */
function say(line, row, now, words) {
  const paused = row.until_ms !== null && now < row.until_ms;
  const left = row.due_ms - (paused ? row.until_ms : now);
  const late = left < 0;
  line.classList.toggle("late", late && !row.calm);
  line.classList.toggle("paused", paused);
  const said = paused ? words.paused : late ? words.late : words.left;
  const shape = paused ? "⏸\uFE0E " : late && !row.calm ? "▲ " : "";
  line.lastChild.textContent = shape + said.replace("…", span(Math.abs(left), words));
}

/* As precise as it deserves: days, hours and minutes, minutes, and seconds at the very end. */
function span(ms, words) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return `${Math.floor(ms / 1000)} ${words.s}`;
  if (minutes < 60) return `${minutes} ${words.min}`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} ${words.h} ${minutes % 60} ${words.min}`;
  return `${Math.floor(minutes / 1440)} ${words.d} ${Math.floor((minutes % 1440) / 60)} ${words.h}`;
}
