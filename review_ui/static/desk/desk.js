// The desk's keys, and the next item loaded ahead. Every action is a plain form or link as well: nothing here is needed
// to work without a keyboard or without this script.
"use strict";
(() => {
  const main = () => document.getElementById("main");
  const words = () => document.getElementById("words").dataset;
  const item = () => document.querySelector("[data-item]");
  let ahead = null; // { url, page: Promise<Document> }
  let undoUrl = null;
  let sending = Promise.resolve();

  const typing = (event) => event.target.closest("input, select, textarea, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey;

  const fetchPage = async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const loadAhead = () => {
    const url = item()?.dataset.next;
    ahead = url ? { url, page: fetchPage(url) } : null;
    ahead?.page.catch(() => { ahead = null; });
  };

  const note = (said, kind, undo) => {
    const box = document.createElement("div");
    box.className = `note ${kind}`;
    box.textContent = said;
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${words().undo} (u)`;
      button.addEventListener("click", undoLast);
      const holder = document.createElement("form");
      holder.append(button);
      box.append(holder);
    }
    document.getElementById("notes").replaceChildren(box);
  };

  const show = (page, url) => {
    main().replaceWith(document.adoptNode(page.getElementById("main")));
    const count = page.querySelector(".top .count"), mine = document.querySelector(".top .count");
    if (count && mine) mine.textContent = count.textContent;
    document.title = page.title;
    history.pushState({}, "", url);
    scrollTo(0, 0);
    main().focus({ preventScroll: true });
    loadAhead();
  };

  const next = async () => {
    const here = item();
    if (!here) return;
    const target = here.dataset.next || here.dataset.queue;
    try {
      if (!ahead || ahead.url !== target) throw new Error("not loaded ahead");
      show(await ahead.page, target);
    } catch { if (navigator.onLine) location.href = target; } // else stay: the browser's own error page would hide what is unsent
  };

  const mark = () => crypto.randomUUID?.() || [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""); // without https

  const giveVerdict = (form, button) => {
    if (form.dataset.sent) return;
    form.dataset.sent = "yes"; // one key press, one verdict
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrfmiddlewaretoken;
    const entry = { sent: mark(), url: form.action, word: button.dataset.word, headline: item().dataset.headline, fields: { ...fields, value: button.value } };
    entry.fields.sent = entry.sent;
    const last = !item().dataset.next;
    Unsent.keep(entry); // before it is sent: whatever happens to this page, it is not lost
    // One after the other, so that what is undone is what was given last.
    sending = sending.then(async () => {
      const result = await Unsent.send(entry);
      if (!result) { delete form.dataset.sent; Unsent.show(); return; }
      undoUrl = result.undo;
      const count = document.querySelector(".top .count");
      if (count) count.textContent = Math.max(0, Number(count.textContent) - 1);
      if (last) location.href = item()?.dataset.queue || "/"; else note(result.words, "success", Boolean(undoUrl));
    });
    if (!last) next();
  };

  const undoLast = async () => {
    await sending;
    const form = document.querySelector("form[data-undo]");
    if (!undoUrl && form) { form.requestSubmit(); return; }
    if (!undoUrl) return;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    let result = null;
    try {
      const answer = await fetch(undoUrl, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
      result = await answer.json();
    } catch { /* no network, or a page where JSON was due */ }
    if (!result?.item || result.error) { note(result?.error || words().notUndone, "error", false); return; }
    undoUrl = null;
    location.href = result.item;
  };

  const choose = (step) => {
    const rows = [...document.querySelectorAll("[data-list] > li")];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("chosen"));
    const to = Math.min(rows.length - 1, Math.max(0, at + step));
    rows[at]?.classList.remove("chosen");
    rows[to].classList.add("chosen");
    rows[to].querySelector("a").focus();
    rows[to].scrollIntoView({ block: "nearest" });
  };

  // Parts of a page that are pages of their own: fetched when they are opened, left as plain links without this script.
  const fill = async (box, url) => {
    try { box.replaceChildren(...document.adoptNode((await fetchPage(url)).querySelector("[data-part]")).childNodes); }
    catch { delete box.dataset.filled; location.href = url; }
  };

  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!details.matches?.("[data-load]") || !details.open || details.dataset.filled) return;
    details.dataset.filled = "yes";
    fill(details.querySelector("div"), details.dataset.load);
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-unfold]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const open = link.getAttribute("aria-expanded") !== "true";
    link.setAttribute("aria-expanded", String(open));
    let box = link.nextElementSibling;
    if (!box) { box = document.createElement("div"); link.after(box); fill(box, link.href); }
    box.hidden = !open;
  });

  // Copying needs this script; the text can be selected without it.
  const showCopy = () => document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const box = document.getElementById(button.dataset.copy);
    box.focus();
    box.select();
    try { await navigator.clipboard.writeText(box.value); } catch { document.execCommand("copy"); } // without https
    note(button.dataset.copied, "success", false);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-verdicts]") || !event.submitter?.value) return;
    event.preventDefault();
    giveVerdict(form, event.submitter);
  });

  document.addEventListener("keydown", (event) => {
    if (typing(event)) { if (event.key === "Escape") event.target.blur(); return; }
    const form = document.querySelector("[data-verdicts]");
    const verdict = form?.querySelector(`[name=value][data-key="${CSS.escape(event.key)}"]`); // keys: core/codes/verdicts.py
    if (verdict) {
      event.preventDefault();
      if (!event.repeat) giveVerdict(form, verdict);
    } else if (event.key === "m" && form) {
      event.preventDefault();
      form.elements.note.focus();
    } else if (event.key === "u") undoLast();
    else if (event.key === "n" || (event.key === "j" && item())) next();
    else if (event.key === "k" && item()) history.back();
    else if (event.key === "j" || event.key === "k") choose(event.key === "j" ? 1 : -1);
    else if (event.key === "o" || event.key === "s") document.querySelector(`[data-key=${event.key}]`)?.click();
    else if (event.key === "?") location.href = "/help/";
    else if (event.key === "/") {
      event.preventDefault();
      const box = document.querySelector("[data-search]");
      if (box) { box.focus(); box.select(); } else location.href = "/search/";
    }
  });

  addEventListener("online", Unsent.again);
  addEventListener("popstate", () => location.reload());
  addEventListener("DOMContentLoaded", () => {
    loadAhead();
    Unsent.onSent((said) => note(said, "success", false));
    Unsent.again();
    showCopy();
    if (matchMedia("(max-width: 760px)").matches) document.querySelector(".facets details")?.removeAttribute("open");
  });
})();
