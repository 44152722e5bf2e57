// What is wrong with the page that is shown, for people who see it badly or not at all.
// Comes to a list of sentences.
(() => {
  const wrong = [];
  const say = (what, element) =>
    wrong.push(element ? `${what}: ${element.outerHTML.slice(0, 120)}` : what);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // WCAG 2.4.2, 3.1.1, 1.3.1: title, language, landmarks, headings.
  if (!document.title) say("no title");
  if (!document.documentElement.lang) say("no language");
  if (all("main").length !== 1) say("not one main landmark");
  if (all("h1").length !== 1) say("not one h1");
  let level = 0;
  for (const heading of all("h1, h2, h3, h4")) {
    const own = Number(heading.tagName[1]);
    if (level + 1 < own) say("a level of headings is skipped", heading);
    level = own;
  }

  // WCAG 4.1.2, 1.3.1: names of controls, heads of tables.
  for (const control of all("input:not([type=hidden]), select, textarea")) {
    if (!control.labels.length && !control.ariaLabel) say("no label", control);
  }
  for (const control of all("button, a")) {
    const seen = control.textContent.trim();
    const name = control.ariaLabel ?? seen;
    if (!name) say("no name", control);
    // WCAG 2.5.3: who speaks to the page says what they see.
    if (!name.toLowerCase().includes(seen.toLowerCase())) say("named otherwise than shown", control);
  }
  for (const head of all("th")) if (!head.scope) say("no scope", head);

  // WCAG 1.4.3, 1.4.11: contrast of text with what is behind it, and of the edges of controls.
  const color = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = color(getComputedStyle(at).backgroundColor);
      if (found[3] !== 0) return found;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  for (const element of all("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || element.tagName === "OPTION") continue;
    const ratio = contrast(color(getComputedStyle(element).color), behind(element));
    if (ratio < 4.5) say(`contrast of ${ratio.toFixed(2)}`, element);
  }
  for (const control of all("button, input:not([type=hidden]), select, textarea")) {
    const edge = color(getComputedStyle(control).borderTopColor);
    const ratio = contrast(edge, behind(control.parentElement));
    if (ratio < 3) say(`an edge with contrast of ${ratio.toFixed(2)}`, control);
  }

  // WCAG 1.4.10: nothing but a table is wider than the window.
  if (innerWidth < document.documentElement.scrollWidth) say("wider than the window");
  // Nothing comes from elsewhere, and only the script that updates a page from itself runs.
  for (const { name, initiatorType } of performance.getEntriesByType("resource")) {
    const isUpdate = initiatorType === "fetch" && name === `${location.origin}/`;
    if (!isUpdate && !name.endsWith("/favicon.ico")) say(`loads ${name}`);
  }
  const scripts = "script[src], script:not(main > script)";
  for (const element of all(`${scripts}, link, img, iframe`)) say("loads or runs something", element);
  return wrong;
})();
