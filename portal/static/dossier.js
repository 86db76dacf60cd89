// What HTML cannot do alone: sending files with progress, one submit per press, a warning before
// the session ends. Every page works without it. All words come from the page, in its language.
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

  // --- sending files --------------------------------------------------------------------------
  const AT_ONCE = 3; // of the six connections that a browser opens

  const size = (bytes) => {
    if (bytes < 1e6) return inUnits(Math.ceil(bytes / 1e3), "kilobyte");
    return inUnits(bytes / 1e6, "megabyte", { maximumFractionDigits: bytes >= 1e7 ? 0 : 1 });
  };
  const duration = (seconds) => {
    const options = { unitDisplay: "long", maximumFractionDigits: 0 };
    if (seconds > 90) return inUnits(seconds / 60, "minute", options);
    return inUnits(Math.max(5, Math.ceil(seconds / 5) * 5), "second", options);
  };

  const uploader = (form) => {
    const words = form.dataset;
    const input = form.querySelector("input[type=file]");
    const list = document.querySelector(words.list);
    let queue = [];
    let sending = 0;

    const newRow = (file) => {
      const row = form.querySelector("template").content.firstElementChild.cloneNode(true);
      all("[data-name]", row).forEach((part) => (part.textContent = file.name));
      row.querySelector("[data-size]").textContent = size(file.size);
      return row;
    };
    const say = (row, text) => (row.querySelector("[data-state]").textContent = text);
    const offer = (row, name, act) => {
      const button = row.querySelector(`[data-${name}]`);
      if (button) Object.assign(button, { hidden: !act, onclick: act });
    };
    const offerAgain = (file, row) => {
      offer(row, "stop", null);
      offer(row, "retry", () => {
        const fresh = newRow(file);
        row.replaceWith(fresh);
        enqueue(file, fresh);
        fresh.querySelector("[data-stop]").focus();
      });
      offer(row, "remove", () => {
        row.remove();
        input.focus();
      });
    };
    const fail = (file, row, sentence) => {
      const wasHere = row.contains(document.activeElement);
      say(row, sentence);
      offerAgain(file, row);
      if (wasHere) row.querySelector("[data-retry]").focus();
      announce(`${file.name}: ${sentence}`);
    };

    // The server's own row takes the place of ours; anything but a row is a broken line.
    const replace = (file, row, request) => {
      const holder = document.createElement("template");
      holder.innerHTML = request.responseText;
      const answer = holder.content.firstElementChild;
      if (answer?.tagName !== row.tagName) return fail(file, row, words.broken);
      const wasHere = row.contains(document.activeElement);
      row.replaceWith(answer);
      window.htmx?.process(answer);
      if (request.status >= 400) offerAgain(file, answer);
      if (wasHere) answer.querySelector("a, button:not([hidden])")?.focus();
      const said = answer.querySelector("[data-announce]")?.textContent.trim() ?? "";
      announce(`${file.name}: ${said.replace(/^[✓!✕◌]\s*/u, "")}`);
      document.body.dispatchEvent(new Event("uploaded")); // for hx-trigger="uploaded from:body"
    };

    const send = ({ file, row }) => {
      const request = new XMLHttpRequest();
      const started = Date.now();
      sending += 1;
      offer(row, "stop", () => request.abort());
      request.upload.onprogress = ({ loaded, total }) => {
        const seconds = (Date.now() - started) / 1000;
        const left = seconds > 2 ? duration(((total - loaded) * seconds) / loaded) : "";
        const facts = { sent: size(loaded), total: size(total), time: left };
        say(row, loaded >= total ? words.storing : fill(left ? words.sendingleft : words.sending, facts));
      };
      request.onload = () => replace(file, row, request);
      request.onerror = () => fail(file, row, words.broken);
      request.onabort = () => fail(file, row, words.stopped);
      request.onloadend = () => {
        sending -= 1;
        active = Date.now();
        next();
      };
      request.open("POST", words.href);
      request.setRequestHeader("X-CSRF-Token", form.elements.csrf.value);
      request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.send(file);
    };
    const next = () => {
      while (sending < AT_ONCE && queue.length) send(queue.shift());
    };
    const enqueue = (file, row) => {
      if (words.max && file.size > words.max) return fail(file, row, words.toolarge);
      say(row, words.waiting);
      offer(row, "stop", () => {
        queue = queue.filter((job) => job.row !== row);
        fail(file, row, words.stopped);
      });
      queue.push({ file, row });
      next();
    };
    const add = (files) => {
      for (const file of files) {
        const row = newRow(file);
        list.append(row);
        enqueue(file, row);
      }
      all("[data-with-files]").forEach((part) => (part.hidden = false));
    };

    all("[data-plain]", form).forEach((part) => part.remove());
    all("[data-enhanced]", form).forEach((part) => (part.hidden = false));
    input.classList.add("govuk-visually-hidden");
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });

    const over = (event, is) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      document.body.classList.toggle("dossier-dropping", is);
      if (event.type === "drop") add([...event.dataTransfer.files]);
    };
    document.addEventListener("dragover", (event) => over(event, true));
    document.addEventListener("dragleave", (event) => event.relatedTarget || over(event, false));
    document.addEventListener("drop", (event) => over(event, false));
    window.addEventListener("beforeunload", (event) => (sending || queue.length) && event.preventDefault());
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-focus]")?.focus();
    all("form[data-uploader]").forEach(uploader);
    all("[data-timeout]").forEach(watchSession);
  });
})();
