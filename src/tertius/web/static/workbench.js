"use strict";
// What every page has: figures, the palette, the theme, jobs. A page's own script uses window.Tertius.
(() => {
  const root = document.documentElement;
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const caseId = document.body.dataset.case ?? "";
  const api = (path) => `/api/v1${path}`;

  // On a phone the pages are a row that scrolls: the one that is open is brought to its middle.
  { const here = document.querySelector(".pages [aria-current]");
    if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2; }

  const say = (text) => { document.getElementById("said").textContent = text; };

  // Ask the API; an error of it is thrown with its own words.
  const ask = async (path, { method = "GET", body, form } = {}) => {
    const options = { method, headers: {} };
    if (form) { options.body = form; options.headers["X-Tertius"] = "1"; }
    else if (body !== undefined) { options.body = JSON.stringify(body); options.headers["Content-Type"] = "application/json"; }
    else if (method !== "GET") options.headers["Content-Type"] = "application/json";
    const answer = await fetch(path.startsWith("/") && path.startsWith("/api") ? path : api(path), options);
    const data = answer.headers.get("content-type")?.includes("json") ? await answer.json() : await answer.text();
    if (!answer.ok) {
      const told = data?.error ?? {};
      const error = new Error(told.message ?? [told.place, told.allowed, told.fix].filter(Boolean).join(": ") ?? answer.statusText);
      error.status = answer.status;
      error.told = told;
      throw error;
    }
    return data;
  };

  // An element: tag, properties, children. Text is always text.
  const make = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name === "class") made.className = value;
      else if (value === true) made.setAttribute(name, "");
      else made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
  };

  // An error in its own words.
  const problem = (error) => make("pre", { class: "problem", role: "alert" }, error.message);

  // Figures: drawn again by Vega as they come into view, in the page's own inks and width.
  const themed = (figure) => {
    const style = getComputedStyle(root);
    let text = JSON.stringify(figure.spec);
    for (const [ink, colour] of Object.entries(figure.inks)) {
      text = text.replaceAll(`"${colour}"`, `"${style.getPropertyValue(`--${ink}`).trim()}"`);
    }
    return JSON.parse(text);
  };
  const held = new Map();
  const draw = async (figure) => {
    const holder = figure.querySelector(".drawn");
    const width = holder.clientWidth;
    if (!window.vegaEmbed || !width || figure.dataset.width === String(width)) return;
    figure.dataset.width = String(width);
    try {
      const address = figure.dataset.figure;
      if (!held.has(address)) held.set(address, await ask(address));
      const spec = themed(held.get(address));
      if (typeof spec.width === "number" || spec.width === undefined) spec.width = width;
      spec.autosize = { type: "fit-x", contains: "padding" };
      spec.config = { ...spec.config, aria: false };
      const live = make("div", { class: "live", "aria-hidden": "true" });
      await window.vegaEmbed(live, spec, {
        mode: "vega-lite", ast: true, actions: false, renderer: "svg", defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
      });
      holder.querySelector(".live")?.remove();
      holder.append(live);
      holder.classList.add("lively");
    } catch { /* the still picture stays */ }
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  }, { rootMargin: "200px" });
  const watchFigures = (within = document) => all("[data-figure]", within).forEach((figure) => seen.observe(figure));
  const again = () => all("[data-figure]").filter((figure) => figure.dataset.width).forEach((figure) => {
    delete figure.dataset.width;
    draw(figure);
  });
  // The menu of a figure, as templates/figure.html has it; the code that embeds it names this server.
  const FORMS = { svg: "Picture, SVG", png: "Picture, PNG", csv: "Data, CSV", json: "Vega-Lite, JSON" };
  const framed = (field, title) => {
    field.value = `<iframe src="${location.origin}${field.dataset.embed}" width="640" height="420" title="${title.replaceAll('"', "&quot;")}"></iframe>`;
    field.addEventListener("focus", () => field.select());
  };
  const taken = (figure) => {
    const field = make("input", { readonly: true, "data-embed": figure.embed });
    framed(field, figure.title);
    const links = Object.entries(FORMS).map(([form, words]) => make("li", {}, make("a", { href: figure.export[form], download: true }, words)));
    return make("details", { class: "take" }, make("summary", {}, "Export", make("span", { class: "unseen" }, ` ${figure.title}`)),
      make("ul", {}, links, make("li", { class: "served" }, make("label", {}, "Embed ", field))));
  };
  for (const field of all("[data-embed]")) framed(field, field.closest("figure")?.querySelector("figcaption")?.textContent ?? "");

  // A figure that a script was given, as an element.
  const shown = (figure, address) => {
    held.set(address, figure);
    const picture = make("div", { class: "drawn", role: "img", "aria-label": figure.alt });
    picture.innerHTML = figure.svg; // drawn by the server out of numbers and escaped names
    const made = make("figure", { class: "figure", "data-figure": address }, ...[make("figcaption", {}, figure.title), picture, figure.export && taken(figure)].filter(Boolean));
    seen.observe(made);
    return made;
  };
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 200); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

  // Light or dark.
  document.querySelector(".theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept then */ }
    again();
  });

  // The palette: `/` opens it; words narrow it; arrows choose; Enter goes.
  const palette = document.querySelector(".palette");
  const field = palette.querySelector("input");
  const list = palette.querySelector("ul");
  let places = null, chosen = 0, matching = [];
  const listed = async () => {
    if (places) return;
    places = all(".pages a").map((link) => [link.textContent, link.href]);
    try {
      const cases = await ask("/cases");
      places.push(...cases.map((one) => [one.title, `/case/${one.id}/today`]));
      if (caseId) places.push(...(await ask(`/cases/${caseId}/places`)).map((one) => [one.name, one.address]));
    } catch { /* what is there is shown */ }
    narrow();
  };
  const narrow = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    matching = (places ?? []).filter(([name]) => words.every((word) => name.toLowerCase().includes(word))).slice(0, 40);
    chosen = 0;
    mark();
  };
  const mark = () => {
    list.replaceChildren(...matching.map(([name, address], place) => make("li", {
      role: "option", id: `found-${place}`, "aria-selected": String(place === chosen), onclick: () => { location.href = address; },
    }, name)));
    field.setAttribute("aria-activedescendant", matching.length ? `found-${chosen}` : "");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const open = () => { if (palette.open) return; field.value = ""; palette.showModal(); listed(); narrow(); };
  document.querySelector(".find").addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); open(); }
  });
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && matching.length) { event.preventDefault(); chosen = (chosen + step + matching.length) % matching.length; mark(); }
    if (event.key === "Enter" && matching[chosen]) location.href = matching[chosen][1];
  });
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });

  window.Tertius = { all, ask, caseId, make, problem, say, shown, watchFigures };
  watchFigures();
})();
