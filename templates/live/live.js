// Only while `hubpages serve` runs: reloads the open page when it changed, and lays what is wrong with the hub over it.
const shown = document.currentScript.dataset.page;
const source = `/_live/events?path=${encodeURIComponent(location.pathname)}`;

const show = (problems) => {
  document.getElementById("live-problems")?.remove();
  if (problems.length === 0) return;
  const panel = document.createElement("aside");
  panel.id = "live-problems";
  panel.lang = "en";
  panel.setAttribute("role", "alert");
  const title = document.createElement("p");
  title.textContent = "Not rebuilt as it stands in the files. Below is what was last good.";
  const list = document.createElement("ul");
  for (const problem of problems) {
    const item = document.createElement("li");
    item.textContent = problem;
    list.append(item);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Hide";
  close.addEventListener("click", () => panel.remove());
  panel.append(title, list, close);
  document.body.prepend(panel);
};

const events = new EventSource(source);
events.addEventListener("message", (event) => {
  const { page, problems } = JSON.parse(event.data);
  if (page === shown) show(problems);
  else location.reload();
});
addEventListener("pagehide", () => events.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
