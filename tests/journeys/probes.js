// What WCAG 2.2 asks and axe cannot see. Each probe answers with what is wrong; nothing is good.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (part) => part.checkVisibility({ visibilityProperty: true });
  const named = (part) =>
    `<${part.tagName.toLowerCase()} id="${part.id}" class="${part.className}"> ${part.textContent.trim().slice(0, 40)}`;

  // For the ear alone: a box of one pixel.
  const unseen = (part) => {
    for (let at = part; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.position === "absolute" && parseFloat(style.width) <= 1 && parseFloat(style.height) <= 1) return true;
    }
    return false;
  };

  // Every line of text that is drawn, with the element it belongs to.
  const lines = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const part = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || part.closest("script, template, option, svg") || !shown(part) || unseen(part)) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const box of range.getClientRects()) if (box.width > 1) found.push({ part, box, node: walker.currentNode });
    }
    return found;
  };

  const SPACED =
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }";

  // What is drawn of a control: itself, its labels, and the ring or box that a label draws for it.
  const faces = (part) => [[part], ...[...(part.labels ?? [])].flatMap((label) => [[label], [label, "::before"]])];
  const look = (part) => {
    return faces(part)
      .map(([one, pseudo]) => getComputedStyle(one, pseudo))
      .map((style) => {
        const outline = style.outlineStyle === "none" ? "none" : [style.outlineStyle, style.outlineWidth, style.outlineColor];
        return [outline, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth].join();
      })
      .join(" / ");
  };

  // Whether any of it is where a finger or an eye would find it.
  const uncovered = (part) => {
    const tenths = [0.1, 0.5, 0.9];
    return [part, ...(part.labels ?? [])].some((one) =>
      [...one.getClientRects()].some((box) =>
        tenths.some((x) =>
          tenths.some((y) => one.contains(document.elementFromPoint(box.left + box.width * x, box.top + box.height * y))),
        ),
      ),
    );
  };

  const STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";

  const reached = new Set();

  window.probes = {
    // 1.4.12: text spaced as somebody may space it, or as it was.
    space: (wanted) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(wanted ? SPACED : "");
      document.adoptedStyleSheets = [sheet];
    },

    // 1.4.10
    wide: () => {
      if (document.documentElement.scrollWidth <= innerWidth) return [];
      const over = (box) => box.right > innerWidth || box.left < 0;
      const parts = all("body *").filter((part) => over(part.getBoundingClientRect()) && !unseen(part));
      return parts.length ? parts.slice(-3).map((part) => `too wide: ${named(part)}`) : ["too wide"];
    },

    // Text that is cut off by a box.
    clipped: () =>
      lines().flatMap(({ part, box }) => {
        for (let at = part; at && at !== document.body; at = at.parentElement) {
          const style = getComputedStyle(at);
          const frame = at.getBoundingClientRect();
          const cut = (overflow) => overflow === "hidden" || overflow === "clip";
          if (
            (cut(style.overflowX) && (box.right > frame.right + 2 || box.left < frame.left - 2)) ||
            (cut(style.overflowY) && (box.bottom > frame.bottom + 4 || box.top < frame.top - 4))
          )
            return [`cut off: ${named(part)}`];
        }
        return [];
      }),

    // Text that lies on other text. Boxes of lines are taller than what is drawn in them.
    overlapping: () => {
      const found = lines().sort((one, other) => one.box.top - other.box.top);
      const wrong = [];
      found.forEach((one, index) => {
        for (const other of found.slice(index + 1)) {
          if (other.box.top >= one.box.bottom) break;
          if (one.node === other.node) continue;
          const high = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
          const broad = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          if (broad > 3 && high > 0.45 * Math.min(one.box.height, other.box.height))
            wrong.push(`on top of each other: ${named(one.part)} and ${named(other.part)}`);
        }
      });
      return wrong.slice(0, 3);
    },

    // 2.4.7 and 2.4.11 at every stop.
    focus: () => {
      const wrong = [];
      for (const part of all(STOPS)) {
        if (!shown(part) || part.disabled || part.tabIndex < 0) continue;
        document.activeElement.blur();
        const before = look(part);
        part.focus();
        if (document.activeElement !== part) continue;
        if (look(part) === before) wrong.push(`focus cannot be seen: ${named(part)}`);
        if (!uncovered(part)) wrong.push(`covered when focused: ${named(part)}`);
      }
      document.activeElement.blur();
      scrollTo(0, 0);
      return wrong;
    },

    // The same of where the keyboard is now; nowhere is right, between the last stop and the first.
    stop: () => {
      const part = document.activeElement;
      if (!part || part === document.body) return [];
      const seen = faces(part).some(([one, pseudo]) => {
        const style = getComputedStyle(one, pseudo);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
      });
      return [
        ...(seen ? [] : [`focus cannot be seen: ${named(part)}`]),
        ...(uncovered(part) ? [] : [`covered when focused: ${named(part)}`]),
      ];
    },

    // 2.1.1: what Tab has not come to since `follow`; of several radios it stops at one.
    follow: () => document.addEventListener("focusin", (event) => reached.add(event.target)),
    unreached: () =>
      all(STOPS)
        .filter((part) => shown(part) && !part.disabled && part.tabIndex >= 0 && !reached.has(part))
        .filter((part) => part.type !== "radio" || ![...reached].some((one) => one.name === part.name))
        .map((part) => `Tab does not come to it: ${named(part)}`),

    // One polite voice at most; what is urgent is an alert.
    voices: () => {
      const polite = all("[aria-live=polite], [role=status], [role=log], output");
      const rude = all("[aria-live=assertive]:not([role=alert])");
      return [...(polite.length > 1 ? [`${polite.length} polite voices`] : []), ...rude.map(named)];
    },

    // 3.3.1: each message belongs to a field, each line of the summary leads to one.
    errors: () => {
      const messages = all(".govuk-error-message").filter(
        (message) => !message.id || !document.querySelector(`[aria-describedby~="${message.id}"]`),
      );
      const fields = all(".govuk-form-group--error :is(input, select, textarea)").filter(
        (field) => !/radio|checkbox|hidden/.test(field.type) && field.getAttribute("aria-invalid") !== "true",
      );
      const links = all(".govuk-error-summary a").filter((link) => {
        const there = document.getElementById(link.hash.slice(1));
        return !there || !there.matches("input, select, textarea, button, a[href], [tabindex]");
      });
      return [
        ...messages.map((one) => `belongs to no field: ${named(one)}`),
        ...fields.map((one) => `not marked as wrong: ${named(one)}`),
        ...links.map((one) => `leads to no field: ${named(one)} ${one.hash}`),
      ];
    },

    // With less motion asked for: nothing runs, nothing would run.
    motion: () => [
      ...document.getAnimations().map((one) => `runs: ${one.effect.target?.className}`),
      ...all("*")
        .filter((part) => {
          const style = getComputedStyle(part);
          const lasts = (text) => text.split(",").some((one) => parseFloat(one) > 0.01);
          return (lasts(style.transitionDuration) || style.scrollBehavior === "smooth") && shown(part);
        })
        .map((part) => `would move: ${named(part)}`),
    ],

    // With the reader's own colours: what is a button, a field, a state or the current tab has a frame or a line.
    framed: () => [
      ...all(".govuk-button, .dossier-tag, .dossier-badge, .govuk-input, .govuk-select, .govuk-textarea, .dossier-hearing, .dossier-leaf")
        .filter(shown)
        .filter((part) => {
          const style = getComputedStyle(part);
          return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1;
        })
        .map((part) => `no frame: ${named(part)}`),
      ...all("nav [aria-current]")
        .filter((part) => parseFloat(getComputedStyle(part).borderBottomWidth) < 2)
        .map((part) => `not seen to be current: ${named(part)}`),
    ],
  };
})();
