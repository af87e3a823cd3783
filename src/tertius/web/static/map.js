"use strict";
// The slider shows its week as it is moved; the address follows.
(() => {
  const form = document.getElementById("at-week");
  if (!form) return;
  const slider = form.querySelector("[type=range]"), number = form.querySelector("output");
  form.querySelector("button").hidden = true;
  let asked = 0;
  slider.addEventListener("input", async () => {
    number.textContent = slider.value;
    const mine = ++asked;
    await new Promise((go) => setTimeout(go, 60));
    if (mine !== asked) return;
    const address = new URL(location.href);
    address.searchParams.set("week", slider.value);
    try {
      const answer = await fetch(address);
      if (!answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"); // our own page, nothing of it runs
      for (const query of ["#lands", "[aria-label=Land] > h2"]) document.querySelector(query).replaceWith(page.querySelector(query));
      slider.setAttribute("aria-valuetext", page.querySelector("#at-week [type=range]").getAttribute("aria-valuetext"));
      for (const link of document.querySelectorAll(".ways a")) { const to = new URL(link.href); to.searchParams.set("week", slider.value); link.href = to; }
      history.replaceState(null, "", address);
    } catch { form.requestSubmit(); }
  });
})();
