// Verdicts on their way: each is kept in this browser until the server has said that it is recorded.
// Kept as [{ sent, user, url, fields: {…}, word, headline, why, decide, refused, out }] under one key of localStorage.
"use strict";
const Unsent = (() => {
  const KEY = "soatin.unsent", RETRY = 30000;
  const words = () => document.getElementById("words").dataset;
  const me = () => document.body.dataset.user;
  let memory = []; // where the browser keeps nothing (private windows of some), at least as long as the page stands
  let timer = 0;

  const all = () => {
    try { return JSON.parse(localStorage.getItem(KEY) || "[]"); } catch { return memory; }
  };
  const write = (entries) => {
    memory = entries;
    try { localStorage.setItem(KEY, JSON.stringify(entries)); } catch { /* memory has it */ }
  };
  const forget = (sent) => write(all().filter((entry) => entry.sent !== sent));
  const change = (sent, values) => write(all().map((entry) => (entry.sent === sent ? { ...entry, ...values } : entry)));
  const keep = (entry) => write([...all().filter((one) => one.sent !== entry.sent), { ...entry, user: me() }]);

  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  // What became of it: the server's answer in JSON, or null where it was not recorded. Never throws.
  const send = async (entry) => {
    const data = new FormData();
    Object.entries({ ...entry.fields, csrfmiddlewaretoken: token() }).forEach(([name, value]) => data.set(name, value));
    let answer, result;
    try {
      answer = await fetch(entry.url, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin", keepalive: true });
      result = await answer.json();
    } catch { result = null; } // no network, or a page where JSON was due: sign-in, proxy, failure
    if (answer?.ok && result?.words) { forget(entry.sent); return result; }
    change(entry.sent, { why: result?.error || "", decide: Boolean(result?.decide), refused: answer?.status === 409, out: Boolean(result?.signed_out) });
    return null;
  };

  const button = (label, action, quiet = true) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    if (quiet) made.className = "quiet";
    made.addEventListener("click", action);
    return made;
  };
  const link = (label, url) => {
    const made = document.createElement("a");
    made.href = url;
    made.textContent = label;
    return made;
  };

  // The same form as without this script: the server answers with the page on which to decide.
  const decide = (entry) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = entry.url;
    Object.entries({ ...entry.fields, csrfmiddlewaretoken: token() }).forEach(([name, value]) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    });
    document.body.append(form);
    form.submit();
  };

  const row = (entry) => {
    const box = document.createElement("div");
    box.className = "note error";
    const said = document.createElement("span");
    const note = entry.fields.note ? ` (${entry.fields.note})` : "";
    said.textContent = `${words().unsent}: “${entry.word}”${note}, ${entry.headline}. ${entry.why || words().kept}`;
    box.append(said);
    if (entry.out) box.append(link(words().signin, `${document.body.dataset.signin}?next=${encodeURIComponent(location.pathname + location.search)}`));
    else if (entry.decide) box.append(button(words().decide, () => decide(entry), false));
    else box.append(button(words().again, again, false));
    if (entry.refused) box.append(link(words().open, entry.url.replace(/verdict\/.*$/, "")));
    box.append(button(words().drop, () => { forget(entry.sent); show(); }));
    return box;
  };

  const line = (text) => {
    const box = document.createElement("div");
    box.className = "note error";
    box.textContent = text;
    return box;
  };

  const show = (under = new Set()) => {
    const kept = all(), mine = kept.filter((entry) => entry.user === me() && !under.has(entry.sent));
    const rows = me() ? mine.map(row) : kept.length ? [line(words().waiting)] : [];
    if (me() && kept.some((entry) => entry.user !== me())) rows.push(line(words().others));
    document.getElementById("unsent").replaceChildren(...rows);
    clearTimeout(timer);
    if (mine.some((entry) => !entry.refused && !entry.out)) timer = setTimeout(again, RETRY);
  };

  // Everything of this person's, oldest first. Calls `told(words)` for each that is recorded now.
  let told = () => {};
  let running = null;
  const flush = async () => {
    for (const entry of all().filter((one) => one.user === me())) {
      const result = await send(entry);
      if (result && entry.decide) continue; // decided on its page, which has said so
      if (result) told(`${words().sent}: “${entry.word}”, ${entry.headline}`);
      else if (!all().find((one) => one.sent === entry.sent)?.refused) break; // the next would fare no better
    }
    show();
  };
  const again = () => { running ||= (me() ? flush() : Promise.resolve(show())).finally(() => { running = null; }); return running; };

  return { keep, send, show, again, onSent: (call) => { told = call; } };
})();
