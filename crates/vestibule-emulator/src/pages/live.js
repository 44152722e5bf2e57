const live = document.getElementById("live");
async function update() {
  if (live.checked && !document.hidden) {
    try {
      const response = await fetch("/");
      const next = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const section of next.querySelectorAll("[data-live]")) replace(section);
    } catch {
      // The emulator was stopped, or is being restarted.
    }
  }
  setTimeout(update, 2000);
}
function replace(section) {
  const current = document.getElementById(section.id);
  if (!current) return;
  for (const details of current.querySelectorAll("details[open]")) {
    section.querySelector("#" + details.id)?.setAttribute("open", "");
  }
  const focused = current.contains(document.activeElement) ? document.activeElement : null;
  if (current.outerHTML === section.outerHTML || (focused && !focused.id)) return;
  current.replaceWith(section);
  if (focused) document.getElementById(focused.id)?.focus();
}
setTimeout(update, 2000);
