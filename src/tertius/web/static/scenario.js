"use strict";
// The editor: numbers of lines, problems at their line; and the form of a new war.
addEventListener("DOMContentLoaded", () => {
  const T = window.Tertius;
  const form = document.querySelector(".drafting");
  if (form) {
    const area = form.querySelector("textarea");
    const gutter = form.querySelector(".editor pre");
    const told = form.querySelector(".checked");
    const first = area.value;
    let lines = 0, wrong = new Set(), saving = false;
    const number = () => {
      const count = area.value.split("\n").length;
      if (count === lines && !gutter.dataset.stale) return;
      lines = count;
      delete gutter.dataset.stale;
      gutter.replaceChildren(...Array.from({ length: count }, (_, n) => wrong.has(n + 1) ? [T.make("b", {}, String(n + 1)), "\n"] : [`${n + 1}\n`]).flat());
      gutter.scrollTop = area.scrollTop;
    };
    const go = (line) => {
      const at = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      const end = area.value.indexOf("\n", at);
      area.focus();
      area.setSelectionRange(at, end < 0 ? area.value.length : end);
      area.scrollTop = Math.max(0, (line - 6) * (area.scrollHeight / lines));
    };
    const problems = (rows) => {
      wrong = new Set(rows.map((row) => row.line).filter(Boolean));
      gutter.dataset.stale = "yes";
      number();
      return T.make("ul", { class: "problems" }, rows.map((row) => T.make("li", {},
        row.line ? T.make("button", { type: "button", onclick: () => go(row.line) }, `Line ${row.line}`) : null,
        ` ${row.path ? `${row.path}: ` : ""}${row.given}. Allowed: ${row.allowed}. ${row.nearest ? `Nearest: ${row.nearest}. ` : ""}Fix: ${row.fix}.`)));
    };
    let asked = 0;
    const check = async () => {
      const mine = ++asked;
      told.textContent = "Checking";
      try {
        const found = await T.ask(form.dataset.check, { method: "POST", body: { text: area.value } });
        if (mine !== asked) return;
        if (!found.usable) { told.replaceChildren(problems(found.problems)); return; }
        told.replaceChildren(T.make("p", {}, `It can be used: as of ${found.as_of}, ${found.weeks} weeks, outcomes ${found.outcomes.join(", ")}.`),
          ...found.warnings.map((line) => T.make("p", { class: "note" }, line)));
        problems([]);
      } catch (error) {
        if (mine !== asked) return;
        const rows = error.told?.problems;
        told.replaceChildren(rows ? problems(rows) : T.problem(error));
      }
    };
    area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
    let waiting;
    area.addEventListener("input", () => { number(); clearTimeout(waiting); waiting = setTimeout(check, 1500); });
    area.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); check(); } });
    form.querySelector(".check")?.addEventListener("click", check);
    form.addEventListener("submit", () => { saving = true; setTimeout(() => { saving = false; }, 5000); });
    addEventListener("beforeunload", (event) => { if (!saving && area.value !== first) event.preventDefault(); });
    number();
  }
  // Who fights are two fields and one argument; an article is sent first.
  const newly = document.querySelector(".newly");
  newly?.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const text = (name) => newly.elements[name].value.trim();
    const given = { name: text("name"), kind: text("kind"), entrant: text("entrant"), beside: text("beside"), third: text("third").split(/[\s,;]+/).filter(Boolean) };
    if (text("first") || text("second")) given.between = [text("first"), text("second")];
    for (const name of ["as_of", "began"]) if (text(name)) given[name] = text(name);
    if (newly.elements.present.checked) given.present = true;
    const file = newly.querySelector('input[type="file"]').files[0];
    T.sendForm(newly, async () => {
      if (file) { const body = new FormData(); body.append("file", file); given.upload = (await T.ask(newly.dataset.upload, { method: "POST", form: body })).upload; }
      return T.ask(newly.dataset.send, { method: "POST", body: { kind: "new", arguments: given } });
    });
  }, true);
});
