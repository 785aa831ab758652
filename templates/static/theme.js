// What has to be known before anything is painted: the theme that a visitor chose, and that a list may be asked to be narrowed.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  if (location.search) {
    root.classList.add("asked");
    addEventListener("load", () => root.classList.remove("asked")); // also where what narrows it could not be had
  }
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme is as good.
  }
})();
