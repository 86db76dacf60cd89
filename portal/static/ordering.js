// The order of a draft's files, by dragging and by the buttons, without loading the page anew.
// Words come from the page; the numbers that follow from the order, from the server.
(() => {
  "use strict";
  const { all, fill, announce, isActive } = window.dossier;

  const ordering = (form) => {
    const words = form.dataset;
    const list = form.querySelector("#files tbody");
    const rows = () => all("tr[id]", list); // a file that is still being sent has no id yet
    let last = Promise.resolve(); // one after the other: the last press counts

    const tell = (row, text) => {
      const name = row.querySelector("strong").textContent;
      announce(fill(text, { name, place: rows().indexOf(row) + 1, total: rows().length }));
    };
    // The whole order as it is shown: whatever the server had before, it has this then.
    const send = async () => {
      const files = rows().map((row) => row.id.slice(5)).join(",");
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, files });
      const asked = { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual" };
      const answer = await fetch(words.order, asked).catch(() => null);
      if (answer?.type === "opaqueredirect" || answer?.headers.has("HX-Redirect")) location.reload();
      if (!answer?.ok) return false;
      isActive();
      document.body.dispatchEvent(new Event("uploaded")); // for hx-trigger="uploaded from:body"
      return true;
    };
    // Put a row before another (null: at the end of them), and back if the server did not.
    const put = (row, before) => {
      const was = row.nextElementSibling;
      list.insertBefore(row, before);
      last = last.then(async () => {
        const done = await send();
        if (!done) list.insertBefore(row, was);
        tell(row, done ? words.moved : words.unmoved);
      });
    };
    // Files that were chosen together come in whatever order the line lets them.
    document.body.addEventListener("settled", () => (last = last.then(send)));
    const after = (row) => {
      const listed = rows();
      return listed[listed.indexOf(row) + 1] ?? listed.at(-1).nextElementSibling;
    };

    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      event.preventDefault();
      const row = button.closest("tr");
      const listed = rows();
      const at = listed.indexOf(row);
      const other = listed[at + (button.dataset.move === "up" ? -1 : 1)];
      if (!other) return;
      put(row, button.dataset.move === "up" ? other : after(other));
      // At either end the button that was pressed is gone.
      const [up, down] = all("[data-move]", row);
      (button.checkVisibility() ? button : button === up ? down : up).focus();
    });

    let dragged = null;
    list.addEventListener("dragstart", (event) => {
      if (!event.target.closest("[data-handle]")) return;
      dragged = event.target.closest("tr");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(dragged, 0, 0);
    });
    // The row under the pointer, and whether the dragged one goes before it.
    const target = (event) => {
      const over = event.target.closest?.("tr[id]");
      if (!over) return [];
      const box = over.getBoundingClientRect();
      return [over, event.clientY < box.top + box.height / 2];
    };
    const mark = (row, before) => {
      const marks = ["dossier-before", "dossier-after"];
      all("tr", list).forEach((one) => one.classList.remove(...marks));
      row?.classList.add(marks[before ? 0 : 1]);
    };
    list.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      mark(...target(event));
    });
    list.addEventListener("drop", (event) => {
      const [over, before] = target(event);
      if (!dragged || !over) return;
      event.preventDefault();
      if (over !== dragged) put(dragged, before ? over : after(over));
    });
    list.addEventListener("dragend", () => {
      dragged = null;
      mark(null);
    });
    list.classList.add("dossier-orders");
  };

  document.addEventListener("DOMContentLoaded", () => all("form[data-moved]").forEach(ordering));
})();
