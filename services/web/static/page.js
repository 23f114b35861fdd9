// Times as the reader's clock has them, results hidden where wished, and news as they come.
(() => {
  "use strict";
  const KEY = "hide-results";
  const hidden = document.body.dataset.hide === "results";

  const remember = (hide) => {
    try {
      if (hide) localStorage.setItem(KEY, "1");
      else localStorage.removeItem(KEY);
    } catch { /* a browser that keeps nothing */ }
  };
  const remembered = () => {
    try { return localStorage.getItem(KEY) === "1"; } catch { return false; }
  };

  // Who once hid results sees none by following a link from elsewhere.
  const asked = new URLSearchParams(location.search).get("hide") === "results";
  const wayBack = document.querySelector("[data-spoilers]");
  if (wayBack) wayBack.addEventListener("click", () => remember(!hidden));
  if (asked) remember(true);
  else if (wayBack && remembered()) {
    location.replace(location.pathname + "?hide=results" + location.hash);
    return;
  }

  // Day before month as everywhere on the page; "en" alone would be written as in America.
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  const written = (at) => {
    const part = {};
    for (const one of format.formatToParts(at)) part[one.type] = one.value;
    return `${part.day} ${part.month} ${part.year}, ${part.hour}:${part.minute} ${part.timeZoneName}`;
  };
  // How old what nobody keeps up to date is: only the reader's clock knows.
  const AGES = [[86400, "day"], [3600, "hour"], [60, "minute"]];
  const age = (at) => {
    const seconds = (Date.now() - at.getTime()) / 1000;
    const found = AGES.find(([size]) => seconds >= size);
    if (!found) return "";
    const n = Math.floor(seconds / found[0]);
    return ` (${n} ${found[1]}${n === 1 ? "" : "s"} old)`;
  };
  for (const one of document.querySelectorAll("time[datetime]")) {
    const at = new Date(one.dateTime);
    if (!one.dateTime.includes("T") || Number.isNaN(at.getTime())) continue;
    one.textContent = written(at) + ("age" in one.dataset ? age(at) : "");
  }

  // One stream a tab, closed while nobody looks: browsers open six connections to a server.
  const news = document.querySelector("[data-news]");
  let source = null;
  let seen = document.body.dataset.run;  // nothing is missed between this page and its stream
  const tell = (text, url) => {
    if (!news) return;
    news.replaceChildren(document.createTextNode(text + " "));
    const link = document.createElement("a");
    link.href = url;
    link.textContent = "Show it";
    news.append(link);
    news.hidden = false;
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource("/v1/stream?after=" + seen + (hidden ? "&hide=results" : ""));
    source.addEventListener("forecast", (event) => {
      seen = event.lastEventId;
      const told = JSON.parse(event.data);
      tell(told.text, location.href.split("#")[0]);
    });
    source.addEventListener("resync", (event) => {
      seen = event.lastEventId;
      tell("There are newer forecasts.", location.href.split("#")[0]);
    });
  };
  const close = () => { if (source) { source.close(); source = null; } };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  open();
})();
