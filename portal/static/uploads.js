// Sending files in pieces, with progress: never is more than 1 MiB sent twice (tus 1.0.0).
// What has come only the server knows; nothing is written down here. Words come from the page.
(() => {
  "use strict";
  const { all, fill, inUnits, announce, isActive } = window.dossier;
  const AT_ONCE = 3; // of the six connections that a browser opens
  const PIECE = 512 * 1024; // a browser may itself send one twice over a line that broke
  const SMALL = PIECE / 2; // goes in one request
  const TRIES = 10; // until a person must say "again": about three minutes without a line

  const size = (bytes) => {
    if (bytes < 1e6) return inUnits(Math.ceil(bytes / 1e3), "kilobyte");
    return inUnits(bytes / 1e6, "megabyte", { maximumFractionDigits: bytes >= 1e7 ? 0 : 1 });
  };
  const duration = (seconds) => {
    const options = { unitDisplay: "long", maximumFractionDigits: 0 };
    if (seconds > 90) return inUnits(seconds / 60, "minute", options);
    return inUnits(Math.max(5, Math.ceil(seconds / 5) * 5), "second", options);
  };
  const share = (part, whole) =>
    new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(
      Math.floor((100 * part) / whole) / 100);
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID() asks for https
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const text = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const rowIn = (text) => {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const first = holder.content.firstElementChild;
    return first?.tagName === "TR" ? first : null; // anything else is some proxy's page
  };

  const uploader = (form) => {
    const words = form.dataset;
    const input = form.querySelector("input[type=file]");
    const list = document.querySelector(words.list);
    let queue = [];
    let sending = 0;
    let arrived = 0; // since nothing was being sent

    // --- rows
    const named = (row, file) => {
      all("[data-name]", row).forEach((part) => (part.textContent = file.name));
      all("[data-size]", row).forEach((part) => (part.textContent ||= size(file.size)));
      return row;
    };
    const newRow = (file) => named(form.querySelector("template").content.firstElementChild.cloneNode(true), file);
    const say = (row, text) => (row.querySelector("[data-state]").textContent = text);
    const offer = (row, name, act) => {
      const button = row.querySelector(`[data-${name}]`);
      if (button) Object.assign(button, { hidden: !act, onclick: act });
    };
    const swap = (job, row) => {
      const wasHere = job.row.contains(document.activeElement);
      job.row.replaceWith(row);
      job.row = row;
      return wasHere;
    };
    const removable = (job) =>
      offer(job.row, "remove", () => {
        if (job.href) ask(job, "DELETE", job.href);
        job.row.remove();
        input.focus();
      });
    const offerAgain = (job) => {
      offer(job.row, "stop", null);
      offer(job.row, "retry", () => {
        swap(job, newRow(job.file));
        enqueue(job);
        job.row.querySelector("[data-stop]").focus();
      });
      removable(job);
    };
    const fail = (job, sentence) => {
      const wasHere = job.row.contains(document.activeElement);
      const text = fill(sentence, { share: share(job.stored, job.file.size) });
      say(job.row, text);
      offerAgain(job);
      if (wasHere) job.row.querySelector("[data-retry]").focus();
      announce(`${job.file.name}: ${text}`);
    };
    // The server's own row takes the place of ours.
    const replace = (job, row, refused) => {
      const wasHere = swap(job, named(row, job.file));
      window.htmx?.process(row);
      if (refused) offerAgain(job);
      if (wasHere) row.querySelector("a, button:not([hidden])")?.focus();
      const said = row.querySelector("[data-announce]")?.textContent.trim() ?? "";
      if (row.id) arrived += 1;
      announce(`${job.file.name}: ${said.replace(/^[✓!✕◌]\s*/u, "")}`);
      document.body.dispatchEvent(new Event("uploaded")); // for hx-trigger="uploaded from:body"
    };
    const progress = (job, sent) => {
      const total = job.file.size;
      const seconds = (Date.now() - job.began) / 1000;
      const left = seconds > 2 && sent > job.from ? duration(((total - sent) * seconds) / (sent - job.from)) : "";
      const facts = { sent: size(sent), total: size(total), time: left };
      say(job.row, sent >= total ? words.storing : fill(left ? words.sendingleft : words.sending, facts));
    };

    // --- one file: { file, row, key, href once it has begun, offset if known, stored }
    const ask = (job, method, href, headers = {}, body = null) =>
      new Promise((resolve) => {
        const request = (job.request = new XMLHttpRequest());
        const known = { "Tus-Resumable": "1.0.0", "X-CSRF-Token": form.elements.csrf.value, Accept: "text/html" };
        request.onloadend = () => resolve(request);
        if (body) request.upload.onprogress = ({ loaded }) => progress(job, (job.offset ?? 0) + loaded);
        request.open(method, href);
        Object.entries({ ...known, ...headers }).forEach((pair) => request.setRequestHeader(...pair));
        request.send(body);
      });
    const step = async (job) => {
      const { file, href, offset, key } = job;
      const bytes = { "Content-Type": "application/offset+octet-stream" };
      if (!href) {
        const told = { filename: file.name, id: key, modified: String(file.lastModified) };
        const pairs = Object.entries(told).map(([word, text]) => `${word} ${base64(text)}`);
        const begin = { "Upload-Length": file.size, "Upload-Metadata": pairs.join(",") };
        if (file.size > SMALL) return ask(job, "POST", words.href, begin);
        return ask(job, "POST", words.href, { ...begin, ...bytes }, await file.slice().arrayBuffer());
      }
      if (offset === null) return ask(job, "GET", href);
      const piece = await file.slice(offset, offset + PIECE).arrayBuffer();
      return ask(job, "PATCH", href, { ...bytes, "Upload-Offset": offset }, piece);
    };
    const pause = (job) =>
      new Promise((resume) => {
        const seconds = Math.min(30, 2 ** job.tries);
        const time = inUnits(seconds, "second", { unitDisplay: "long" });
        const text = fill(words.again, { share: share(job.stored, job.file.size), time });
        say(job.row, text);
        if (job.tries === 0) announce(`${job.file.name}: ${text}`);
        job.tries += 1;
        job.wake = resume;
        setTimeout(resume, 1000 * seconds);
        window.addEventListener("online", resume, { once: true });
      });
    // Until the server has all of it, or says why not; undefined where nobody answers any more.
    const carry = async (job) => {
      while (!job.stopped && job.tries < TRIES) {
        const answer = await step(job);
        const offset = answer.getResponseHeader("Upload-Offset");
        const row = rowIn(answer.responseText);
        if (answer.status === 0 || (answer.status >= 500 && !row)) {
          job.offset = null;
          if (!job.stopped) await pause(job);
        } else if (row || offset === null) {
          return { row, refused: answer.status >= 400 };
        } else {
          isActive();
          job.href ??= answer.getResponseHeader("Location");
          job.offset = job.stored = Number(offset);
          job.from = Math.min(job.from ?? job.stored, job.stored);
          if (answer.status < 400) job.tries = 0;
        }
      }
    };
    const send = async (job) => {
      sending += 1;
      Object.assign(job, { began: Date.now(), from: null, offset: null, tries: 0, stopped: false });
      offer(job.row, "stop", () => {
        job.stopped = true;
        job.request?.abort();
        job.wake?.();
      });
      const part = () => job.stored > 0;
      try {
        const { row, refused } = (await carry(job)) ?? {};
        if (row) replace(job, row, refused);
        else if (job.stopped) fail(job, part() ? words.paused : words.stopped);
        else fail(job, part() ? words.brokenpart : words.broken);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        fail(job, words.unreadable); // gone from the disk, or changed there
      } finally {
        sending -= 1;
        next();
      }
    };
    const next = () => {
      while (sending < AT_ONCE && queue.length) send(queue.shift());
      if (sending) return;
      if (arrived > 1) document.body.dispatchEvent(new Event("settled"));
      arrived = 0;
    };
    const enqueue = (job) => {
      if (words.max && job.file.size > words.max) return fail(job, words.toolarge);
      say(job.row, words.waiting);
      offer(job.row, "stop", () => {
        queue = queue.filter((one) => one !== job);
        fail(job, job.stored > 0 ? words.paused : words.stopped);
      });
      queue.push(job);
      next();
    };
    // The same file, as far as its name, size and time can tell, goes on where it stopped.
    const begunFor = (file) =>
      all("[data-unfinished]", list).find(({ dataset }) =>
        dataset.file === file.name.normalize("NFC") && Number(dataset.bytes) === file.size &&
        dataset.modified === String(file.lastModified));
    const showRows = () => all("[data-with-files]").forEach((part) => (part.hidden = false));
    const add = (files) => {
      for (const file of files) {
        const begun = begunFor(file);
        const job = { file, key: newKey(), row: newRow(file), href: begun?.dataset.unfinished ?? null, stored: 0 };
        if (begun) begun.replaceWith(job.row);
        else list.append(job.row);
        enqueue(job);
      }
      showRows();
    };
    const showBegun = async () => {
      const answer = await ask({}, "GET", words.href);
      const holder = document.createElement("tbody");
      if (answer.status === 200) holder.innerHTML = answer.responseText;
      for (const row of all("[data-unfinished]", holder)) {
        list.append(row);
        removable({ row, href: row.dataset.unfinished });
        showRows();
      }
    };

    all("[data-plain]", form).forEach((part) => part.remove());
    all("[data-enhanced]", form).forEach((part) => (part.hidden = false));
    input.classList.add("govuk-visually-hidden");
    const takeChosen = () => {
      add([...input.files]);
      input.value = "";
    };
    input.addEventListener("change", takeChosen);
    // What was chosen while this script was still on its way has had its event already.
    showBegun().finally(() => input.files.length && takeChosen());

    const over = (event, is) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      document.body.classList.toggle("dossier-dropping", is);
      if (event.type === "drop") add([...event.dataTransfer.files]);
    };
    document.addEventListener("dragover", (event) => over(event, true));
    document.addEventListener("dragleave", (event) => event.relatedTarget || over(event, false));
    document.addEventListener("drop", (event) => over(event, false));
    window.addEventListener("beforeunload", (event) => (sending || queue.length) && !window.dossier.left && event.preventDefault());
  };

  document.addEventListener("DOMContentLoaded", () => all("form[data-uploader]").forEach(uploader));
})();
