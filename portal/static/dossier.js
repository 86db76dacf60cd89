// What HTML cannot do alone: one submit per press, a warning before the session ends, leaving at
// once; uploads.js sends files. Every page works without. All words come from the page, in its language.
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
    const { timeout, ends, warn, stay, last, ended, go } = box.dataset;
    const text = box.querySelector("p");
    const button = box.querySelector("button");
    const began = Date.now();
    const look = () => {
      const whole = ends - (Date.now() - began) / 1000; // no click puts this end off
      const left = Math.min(timeout - (Date.now() - active) / 1000, whole);
      if (whole <= warn && left > 0 && !button.hidden) {
        button.hidden = true;
        text.textContent = last;
      }
      if (left <= 0) {
        clearInterval(clock);
        if (go) return away(go); // on a shared phone the page does not stay on the screen
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

  // --- leaving at once ------------------------------------------------------------------------
  // Nothing of the page is left, neither on the screen nor in what the browser keeps for Back.
  const away = (to, title = "", words = "") => {
    window.dossier.left = to;
    document.title = title;
    document.querySelector("link[rel=icon]")?.remove();
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.textContent = words;
    document.body.replaceChildren(said);
    location.replace(to);
  };
  const watchLeaving = (form) => {
    const { leave, title, presses, going } = form.dataset;
    const run = () => {
      const body = new URLSearchParams(new FormData(form));
      // The session ends on the server even when this page is gone; nobody waits for it.
      fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
      away(leave, title, going);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation(); // "one submit per press" is for forms that stay
      run();
    });
    form.querySelector("[hidden]").hidden = false;
    let count = 0;
    let combined = false; // Shift held for a capital letter, or with Alt to change the keyboard
    document.addEventListener("keyup", (event) => {
      const others = event.altKey || event.ctrlKey || event.metaKey || event.isComposing;
      const alone = event.key === "Shift" && !combined && !others;
      combined = event.shiftKey;
      clearTimeout(watchLeaving.timer);
      watchLeaving.timer = setTimeout(() => (count = 0), 5000);
      count = alone ? count + 1 : 0;
      if (count === 3) run();
      else if (count) announce(fill(presses, { number: count }));
    });
  };
  // A page that Back brings out of the browser's memory is shown to who is still signed in.
  window.addEventListener("pagehide", () => {
    if (document.querySelector("[data-timeout]")) document.documentElement.hidden = true;
  });
  window.addEventListener("pageshow", async (event) => {
    if (window.dossier.left) return location.replace(window.dossier.left);
    const guarded = document.querySelector("[data-timeout]");
    if (event.persisted && guarded) {
      const answer = await fetch(guarded.dataset.stay, { method: "HEAD", redirect: "manual" }).catch(() => null);
      if (!answer?.ok) return away("/sign-in");
    }
    document.documentElement.hidden = false;
  });

  window.dossier = { all, fill, inUnits, announce, isActive: () => (active = Date.now()) };
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-focus]")?.focus();
    all("[data-timeout]").forEach(watchSession);
    all("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => print());
    });
    all("[data-print-by-hand]").forEach((words) => (words.hidden = true));
    all("[data-leave]").forEach(watchLeaving);
  });
})();
