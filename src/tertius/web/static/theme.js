"use strict";
// Before the page is drawn, so that it does not flash.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* storage may be refused; the system's own theme stays */ }
