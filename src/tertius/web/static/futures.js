"use strict";
// Futures: the week slides without a reload; a single future that is clicked is opened.
(() => {
  const { ask, all, caseId, make, say, shown } = window.Tertius;
  for (const select of all(".pick select[name=outcome]")) select.addEventListener("change", () => select.form.requestSubmit());
  for (const button of all(".pick button, .slide button")) button.hidden = true;

  const section = document.querySelector(".week");
  const slider = section?.querySelector("input[type=range]");
  const cells = (row, names) => make("tr", {}, names.map((name, place) =>
    make(place ? "td" : "th", place ? { class: "right" } : { scope: "row" }, row[name])));
  let last = 0;
  const show = async () => {
    const turn = ++last;
    const { outcome, result } = section.dataset;
    const query = new URLSearchParams({ outcome, week: slider.value });
    if (result) query.set("result", result);
    try {
      const told = await ask(`/cases/${caseId}/futures?${query}`);
      const address = `/api/v1/cases/${caseId}/figures/${told.figures.spread}${result ? `?result=${result}` : ""}`;
      const figure = await ask(address);
      if (turn !== last) return;
      section.querySelector(".rows tbody").replaceChildren(...told.week.rows.map((row) => cells(row, ["world", "median", "inner", "outer"])));
      section.querySelector(".shares tbody").replaceChildren(...told.week.shares.map((row) => cells(row, ["what", "share"])));
      section.querySelector(".spread").replaceChildren(shown(figure, address));
      const here = new URL(location.href);
      here.searchParams.set("outcome", outcome);
      here.searchParams.set("week", slider.value);
      history.replaceState(null, "", here);
      for (const link of all(".views a, .low a")) {
        const to = new URL(link.href);
        to.searchParams.set("week", slider.value);
        link.href = to;
      }
      for (const field of all("input[type=hidden][name=week]")) field.value = slider.value;
      say(`week ${slider.value}: ${told.week.rows.map((row) => `${row.world} ${row.median}`).join(", ")}`);
    } catch (error) { if (turn === last) say(error.message); }
  };
  let waiting;
  slider?.addEventListener("input", () => {
    section.querySelector(".which-week").textContent = slider.value;
    section.querySelector(".which-day").textContent = section.dataset.dates.split(" ")[Number(slider.value)] ?? "";
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });

  // Vega keeps what a mark is drawn from on the mark itself.
  document.querySelector(".alone")?.addEventListener("click", (event) => {
    const found = event.target.__data__?.datum?.future;
    if (found === undefined) return;
    const to = new URL(location.href);
    to.searchParams.set("future", found);
    location.assign(to);
  });
})();
