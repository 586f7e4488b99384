/* Light or dark: as somebody chose by hand, or else dark at night and as the machine likes by day.
   Runs before anything is drawn, so that nothing flashes; Streamlit asks matchMedia, and hears us. */
(() => {
  const COOKIE = "hnm_theme";
  const DARK = "(prefers-color-scheme: dark)";
  const CHOICES = ["auto", "light", "dark"];
  const given = document.currentScript.dataset;
  const machine = window.matchMedia(DARK);
  const ask = window.matchMedia.bind(window);
  const told = new EventTarget();

  const choice = () => {
    const found = document.cookie.match(/(?:^|; )hnm_theme=(\w+)/)?.[1];
    return CHOICES.includes(found) ? found : "auto";
  };

  /* Minutes since midnight on the pilot's clock, wherever this browser stands. */
  const minutes = () => {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: given.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date());
    return inMinutes(parts);
  };
  const inMinutes = (time) => {
    const [hour, minute] = time.split(":").map(Number);
    return hour * 60 + minute;
  };
  const isNight = () => {
    const from = inMinutes(given.from), until = inMinutes(given.until), now = minutes();
    return from <= until ? from <= now && now < until : now >= from || now < until;
  };
  const isDark = () => {
    const chosen = choice();
    return chosen === "auto" ? isNight() || machine.matches : chosen === "dark";
  };

  let dark = null;
  const apply = () => {
    const now = isDark();
    if (now === dark) return;
    const first = dark === null;
    dark = now;
    const root = document.documentElement;
    root.style.colorScheme = dark ? "dark" : "light";
    root.style.backgroundColor = dark ? given.ground : "";
    root.dataset.theme = dark ? "dark" : "light";
    if (!first) told.dispatchEvent(Object.assign(new Event("change"), { matches: dark, media: DARK }));
  };

  /* What Streamlit kept of an earlier choice of its own would win over ours. */
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("stActiveTheme-")) localStorage.removeItem(key);
  } catch { /* without storage there is nothing to forget */ }

  window.matchMedia = (query) => {
    if (query.replace(/\s+/g, "") !== DARK.replace(/\s+/g, "")) return ask(query);
    return {
      media: DARK,
      get matches() { return dark; },
      onchange: null,
      addEventListener: (...how) => told.addEventListener(...how),
      removeEventListener: (...how) => told.removeEventListener(...how),
      addListener: (hear) => told.addEventListener("change", hear),
      removeListener: (hear) => told.removeEventListener("change", hear),
      dispatchEvent: (event) => told.dispatchEvent(event),
    };
  };

  window.hnmTheme = {
    choice,
    choose: (wanted) => {
      if (!CHOICES.includes(wanted)) return;
      const secure = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `${COOKIE}=${wanted}; path=/; max-age=31536000; samesite=lax${secure}`;
      apply();
    },
  };

  apply();
  machine.addEventListener("change", apply);
  setInterval(apply, 30000);
})();
