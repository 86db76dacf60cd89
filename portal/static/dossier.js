// What HTML cannot do alone: one submit per press, a warning before the session ends; uploads.js
// sends files. Every page works without. All words come from the page, in its language.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const inUnits = (number, unit, options) =>
    new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, ...options }).format(number);

  // One polite voice. Messages that come together are read together.
  const waiting = [];
  const announce = (text) => {
    waiting.push(text);
    clearTimeout(announce.timer);
    announce.timer = setTimeout(() => {
      document.getElementById("announce").textContent = waiting.splice(0).join(" ");
    }, 400);
  };

  // --- one submit per press -------------------------------------------------------------------
  const release = (form) => {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 15000, form); // the answer may be a download, which leaves the page standing
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  // --- the session's end, announced -----------------------------------------------------------
  let active = Date.now();
  const watchSession = (box) => {
    const { timeout, warn, stay, ended } = box.dataset;
    const text = box.querySelector("p");
    const button = box.querySelector("button");
    const look = () => {
      const left = timeout - (Date.now() - active) / 1000;
      if (left <= 0) {
        clearInterval(clock);
        text.textContent = ended;
        button.remove();
      }
      if (left <= 0 || (left <= warn && box.hidden)) announce(text.textContent);
      box.hidden = left > warn;
    };
    button.addEventListener("click", async () => {
      const answer = await fetch(stay, { method: "HEAD", redirect: "manual" }).catch(() => null);
      if (answer?.ok) active = Date.now();
      look();
    });
    const clock = setInterval(look, 5000); // by the clock on the wall: a laptop may have slept
  };

  window.dossier = { all, fill, inUnits, announce, isActive: () => (active = Date.now()) };
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-focus]")?.focus();
    all("[data-timeout]").forEach(watchSession);
  });
})();
