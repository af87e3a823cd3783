"use strict";
(() => {
  const root = document.documentElement;
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  // Records alike are written as {"@rows": [names, values, values...]}.
  const unfolded = ([names, ...rows]) => rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]])));
  const { inks, land, specs } = JSON.parse(
    document.getElementById("figures").textContent, (name, value) => (value?.["@rows"] ? unfolded(value["@rows"]) : value),
  );
  const chapters = all(".chapter");

  // Figures: drawn again by Vega as they come into view, in the page's own inks and width.
  const themed = (spec) => {
    const style = getComputedStyle(root);
    let text = JSON.stringify(spec);
    for (const [ink, colour] of Object.entries(inks)) {
      text = text.replaceAll(`"${colour}"`, `"${style.getPropertyValue(`--${ink}`).trim()}"`);
    }
    return JSON.parse(text, (name, value) => (value === "@land" ? land : value));
  };
  const draw = async (figure) => {
    const holder = figure.querySelector(".drawn");
    const width = holder.clientWidth;
    if (!window.vegaEmbed || !width || figure.dataset.width === String(width)) return;
    figure.dataset.width = String(width);
    const spec = themed(specs[figure.dataset.figure]);
    spec.width = width;
    spec.autosize = { type: "fit-x", contains: "padding" };
    spec.config = { ...spec.config, aria: false };
    const live = document.createElement("div");
    live.className = "live";
    live.setAttribute("aria-hidden", "true"); // what it shows is said by the figure's own label
    try {
      await window.vegaEmbed(live, spec, {
        mode: "vega-lite", ast: true, actions: false, renderer: "svg", defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
      });
    } catch (error) {
      return; // the still picture stays
    }
    holder.querySelector(".live")?.remove();
    holder.append(live);
    holder.classList.add("lively");
  };
  const figures = all("[data-figure]");
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  }, { rootMargin: "200px" });
  figures.forEach((figure) => seen.observe(figure));
  const again = () => figures.filter((figure) => figure.dataset.width).forEach((figure) => {
    delete figure.dataset.width;
    draw(figure);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 200); });

  // Chapters: a link opens what it leads to, and print opens all.
  const reach = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const chapter = target?.closest(".chapter");
    if (!chapter) return;
    chapter.open = true;
    target.scrollIntoView();
    setTimeout(() => target.scrollIntoView(), 500); // figures above may have grown
  };
  addEventListener("hashchange", reach);
  all(".links a").forEach((link) => link.addEventListener("click", () => {
    document.getElementById(link.hash.slice(1)).open = true;
  }));
  reach();
  let before = [];
  addEventListener("beforeprint", () => { before = chapters.filter((one) => !one.open); before.forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => before.forEach((one) => { one.open = false; }));
  const here = new IntersectionObserver((entries) => entries.forEach((entry) => {
    document.querySelector(`.links a[href="#${entry.target.id}"]`)?.classList.toggle("here", entry.isIntersecting);
  }), { rootMargin: "-20% 0px -70% 0px" });
  chapters.forEach((chapter) => here.observe(chapter));

  // Headings of a subject can be linked to.
  chapters.forEach((chapter) => all("h3", chapter).forEach((heading) => {
    heading.id = `${chapter.id}-${heading.textContent.toLowerCase().replace(/\W+/g, "-")}`;
  }));

  // Tables sort by any column.
  const key = (cell) => {
    const text = cell.textContent.trim().replaceAll("−", "-").replaceAll(",", "");
    const number = text.match(/[-+]?\d*\.?\d+/);
    const value = number ? Number(number[0]) : NaN;
    return [text.startsWith("under") ? value - 0.5 : text.startsWith("over") ? value + 0.5 : value, text];
  };
  const order = (head, column) => {
    const rising = head.getAttribute("aria-sort") !== "ascending";
    const body = head.closest("table").tBodies[0];
    const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
    rows.sort(([[a, s]], [[b, t]]) => (isNaN(a) || isNaN(b) ? s.localeCompare(t) : a - b) * (rising ? 1 : -1));
    all("th", head.parentNode).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    body.append(...rows.map(([, row]) => row));
  };
  all("thead th").forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => order(head, head.cellIndex));
  });

  // Search: chapters that hold the words stay and open; the words are marked.
  const form = document.querySelector(".search");
  const field = form.querySelector("input");
  const told = form.querySelector("output");
  form.hidden = false;
  const ranges = (node, words) => {
    const found = [];
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data.toLowerCase();
      for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        found.push(range);
      }
    }
    return found;
  };
  const marks = new CSSStyleSheet(); // here, since validators of style sheets do not know the selector yet
  marks.insertRule("::highlight(found) { background: var(--accent); color: var(--paper); }");
  document.adoptedStyleSheets = [marks];
  field.addEventListener("input", () => {
    const words = field.value.trim().toLowerCase();
    const marked = [];
    chapters.forEach((chapter) => {
      const found = words.length > 1 ? ranges(chapter, words) : [];
      chapter.hidden = words.length > 1 && !found.length;
      if (found.length) chapter.open = true;
      marked.push(...found);
    });
    window.CSS?.highlights?.set("found", new Highlight(...marked));
    told.textContent = words.length > 1 ? `${marked.length} found` : "";
  });
  const button = form.querySelector(".all");
  button.addEventListener("click", () => {
    const open = button.textContent === "Open all";
    chapters.forEach((chapter) => { chapter.open = open; });
    button.textContent = open ? "Fold all" : "Open all";
  });

  // What a term means can be sent away with Escape.
  addEventListener("keydown", (event) => { if (event.key === "Escape") root.classList.add("quiet"); });
  all(".term").forEach((term) => ["mouseenter", "focus"].forEach((kind) =>
    term.addEventListener(kind, () => root.classList.remove("quiet"))));
})();
