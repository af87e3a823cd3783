"use strict";
// Forms and buttons that change something: `data-send` is the address, `data-method` the method, `data-body` JSON of a
// button. What is shown anew is every element with `data-live` and an id. `data-then` is where to go, with {names} of
// what came back, or else of the form's own fields.
addEventListener("DOMContentLoaded", () => {
  const T = window.Tertius;
  const value = (field) => {
    if (field.type === "checkbox") return field.checked;
    if (field.type === "number") return field.value === "" ? undefined : Number(field.value);
    if (field.dataset.list !== undefined) {
      const parts = field.value.split(/[\s,;]+/).filter(Boolean);
      if (field.dataset.list === "one") return Number(parts[0]);
      return field.dataset.list === "number" ? parts.map(Number) : parts;
    }
    if (field.value === "" && field.dataset.optional !== undefined) return undefined;
    return field.value;
  };
  const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "file" && field.type !== "submit");
  const filled = (text, data) => text.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(data?.[name] ?? ""));

  const go = (address) => {
    const url = new URL(address, location.href);
    const here = url.pathname + url.search === location.pathname + location.search;
    // The same page again: the reader stays where the reader was.
    if (url.pathname === location.pathname && !url.hash) try { sessionStorage.setItem("stays", `${scrollY}`); } catch { /* at the top then */ }
    if (here && url.hash) history.replaceState(null, "", url.hash);
    if (here) location.reload(); else location.assign(url);
  };

  // The live parts of this page as the server now has them; what is being typed elsewhere stays.
  const refresh = async () => {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.id;
    const open = new Set(T.all("details[open][id]").map((each) => each.id));
    for (const part of T.all("[data-live][id]")) {
      const made = fresh.getElementById(part.id);
      if (made) part.replaceWith(document.adoptNode(made)); else part.replaceChildren();
    }
    for (const each of T.all("details[id]")) if (open.has(each.id)) each.open = true;
    T.watchFigures();
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  // What a job that was asked for gave, once it is done.
  const finished = async (job, place) => {
    await T.waited(job, place);
    return T.ask(`/jobs/${job.id}/result`);
  };

  const fail = (place, form, error) => {
    const named = form?.elements?.namedItem((error.told?.place ?? "").replace(/^body\./, "").split(".").pop());
    if (named?.setAttribute) { named.setAttribute("aria-invalid", "true"); named.focus(); }
    place.replaceChildren(T.problem(error));
  };
  const placeOf = (element) => {
    const held = element.querySelector?.(":scope > .place") ?? element.parentElement.querySelector(":scope > .place");
    if (held) return held;
    const made = T.make("div", { class: "place" });
    if (element.tagName === "FORM") element.append(made); else element.after(made);
    return made;
  };

  const send = async (element, form, path, options) => {
    const place = placeOf(element);
    place.replaceChildren();
    if (form) for (const field of form.elements) field.removeAttribute?.("aria-invalid");
    const buttons = form ? [...form.querySelectorAll("button")] : [element];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      let told = typeof path === "function" ? await path() : await T.ask(path, options);
      if (told?.is_over !== undefined) told = await finished(told, place);
      const then = element.dataset.then;
      if (then) { go(filled(then, { ...(form && Object.fromEntries(fields(form).map((field) => [field.name, field.value]))), ...told })); return; }
      await refresh();
      if (form?.dataset.clear !== undefined) form.reset();
      T.say(element.dataset.said ?? "Done");
    } catch (error) {
      fail(document.contains(place) ? place : document.querySelector("main"), form, error);
    }
    buttons.forEach((button) => { button.disabled = false; });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.run !== undefined) {
      event.preventDefault();
      const query = new URLSearchParams();
      for (const [name, text] of new FormData(form)) if (text !== "") query.append(name, text);
      const address = new URL(form.getAttribute("action") ?? location.pathname, location.href);
      address.search = query;
      address.hash = form.dataset.run;
      try { sessionStorage.setItem("run", form.dataset.run); } catch { /* the button is pressed by hand then */ }
      go(address.href);
      return;
    }
    if (form.dataset.send === undefined) return;
    event.preventDefault();
    const method = form.dataset.method ?? "POST";
    const file = form.querySelector('input[type="file"]');
    if (file?.files.length) {
      const body = new FormData();
      body.append("file", file.files[0]);
      for (const field of fields(form)) if (field.type !== "textarea" && field.value !== "") body.append(field.name, field.value);
      send(form, form, form.dataset.sendFile, { method, form: body });
      return;
    }
    const body = {};
    for (const field of fields(form)) { const told = value(field); if (told !== undefined) body[field.name] = told; }
    send(form, form, form.dataset.send, { method, body: form.dataset.wrap ? { kind: form.dataset.wrap, arguments: body } : body });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-send]");
    if (!button || (button.dataset.confirm && !confirm(button.dataset.confirm))) return;
    send(button, null, button.dataset.send, { method: button.dataset.method ?? "POST", body: JSON.parse(button.dataset.body ?? "{}") });
  });

  let stays = null;
  try { stays = sessionStorage.getItem("stays"); sessionStorage.removeItem("stays"); } catch { /* at the top then */ }
  if (stays !== null) scrollTo(0, Number(stays));

  // A form that asked for a run leads to its part of the page, whose button is then pressed.
  let run = null;
  try { run = sessionStorage.getItem("run"); sessionStorage.removeItem("run"); } catch { /* none then */ }
  const asked = run && document.querySelector(`[id="${CSS.escape(run)}"] button[data-job][data-asked]`);
  if (asked) setTimeout(() => { if (!asked.disabled) asked.click(); }, 100);
  Object.assign(T, { refresh, sendForm: (form, work) => send(form, form, work) });
});
