// The content team's pages by keyboard, and the next dish at once. Belongs here: keys, focus, and sending decisions.
// Does not belong here: what a key does, which is the button that has it as `aria-keyshortcuts`: a page that works
// without this script works the same with it, only slower.
"use strict";
(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;

  const GLANCE_MS = 350; // a key held longer than this is let go to close the large picture
  const TOO_QUICK_MS = 250; // a key pressed twice by mistake must not decide on a dish that nobody has seen
  const find = (selector, within = document) => within.querySelector(selector);
  const open = () => find("dialog[open], :popover-open");
  const isText = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

  // ----- keys

  const keysWork = () => localStorage.getItem("garnish-keys") !== "off";
  let zoomedAt = 0;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isText(event.target)) return;
    if (event.key.startsWith("Arrow")) return walk(event);
    if (!keysWork() || event.key.length !== 1) return;
    // On a Greek or Arabic keyboard the key counts that has the letter on a Latin one.
    const key = event.key.charCodeAt(0) < 128 ? event.key : event.code.replace(/^Key/, "");
    const button = `[aria-keyshortcuts="${CSS.escape(key.toLowerCase())}"]`;
    const here = open() ?? (event.target.closest(".candidate, .cell") || desk);
    const found = find(button, here) ?? (open() ? null : [...desk.querySelectorAll(button)].find((one) => !one.closest("[popover], dialog")));
    if (!found) return;
    event.preventDefault();
    found.click();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key.toLowerCase() === "z" && zoom?.open && performance.now() - zoomedAt > GLANCE_MS) zoom.close();
  });

  // From picture to picture; up and down find the one nearest below or above.
  const walk = (event) => {
    if (open() || event.target.matches("input[type=radio]")) return;
    const stops = [...desk.querySelectorAll("[data-walk]")];
    const at = stops.indexOf(event.target.closest("[data-walk]"));
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    let next = stops[sideways ? at + sideways : -1] ?? (at < 0 ? stops[0] : null);
    if (!sideways && at >= 0) {
      const box = (stop) => stop.getBoundingClientRect();
      const from = box(stops[at]);
      const way = event.key === "ArrowDown" ? 1 : -1;
      const far = (stop) => way * (box(stop).top - from.top) * 10 + Math.abs(box(stop).left - from.left);
      next = stops.filter((stop) => way * (box(stop).top - from.top) > 4).sort((a, b) => far(a) - far(b))[0];
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  // ----- what pages show or hide

  const zoom = find("#zoom");
  const show = (link) => {
    const picture = find("img", link) ? link : find(".frame", link.closest(".cell"));
    find(".frame", zoom).replaceChildren(...[...picture.children].map((child) => child.cloneNode(true)));
    find("h2", zoom).textContent = link.dataset.zoom;
    zoomedAt = performance.now();
    zoom.showModal();
  };

  document.addEventListener("click", (event) => {
    const of = (selector) => event.target.closest(selector);
    const link = of("[data-zoom]");
    if (link && zoom && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      show(link);
    }
    if (event.target === zoom || of("[data-close]")) zoom.close();
    const toggle = of("[data-toggle]");
    if (toggle) {
      desk.dataset[toggle.dataset.toggle] = toggle.ariaPressed === "true" ? "false" : "true";
      asBefore();
    }
    const choice = of("[data-only]");
    if (choice) {
      const only = find(`#reasons input[name=only][value="${choice.dataset.only}"]`);
      if (only) only.checked = true;
    }
  });
  const asBefore = () => {
    for (const toggle of desk.querySelectorAll("[data-toggle]")) toggle.ariaPressed = desk.dataset[toggle.dataset.toggle];
  };
  const keysBox = find("[data-keys]");
  if (keysBox) {
    keysBox.checked = keysWork();
    keysBox.addEventListener("change", () => localStorage.setItem("garnish-keys", keysBox.checked ? "on" : "off"));
  }

  // How many of a grid are approved, while dishes are left out.
  const rest = find("[data-rest]");
  const countRest = () => {
    const leftOut = desk.querySelectorAll("input[name=leave]:checked").length;
    const left = Number(rest.dataset.rest) - leftOut;
    rest.textContent = leftOut ? `Approve ${left}, leave out ${leftOut}` : `Approve all ${left}`;
  };
  if (rest) {
    desk.addEventListener("change", countRest);
    addEventListener("pageshow", countRest); // browsers keep what was ticked before a page is loaded again
  }

  // ----- decisions

  let shownAt = performance.now(), awayMs = 0, awaySince = 0; // a page in the background is not being looked at
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) awaySince = performance.now();
    else awayMs += performance.now() - awaySince;
  });
  const seconds = () => ((performance.now() - shownAt - awayMs) / 1000).toFixed(2);
  desk.addEventListener("submit", (event) => {
    const timed = find("input[name=seconds]", event.target);
    if (timed) timed.value = seconds();
  });

  const shown = find("#shown");
  if (!shown) return;
  let isBusy = false, waiting = null, ahead = [];

  const began = () => {
    [shownAt, awayMs] = [performance.now(), 0];
    asBefore();
    find("#dish-name")?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  // The pictures of the next dish are fetched and decoded while this one is looked at.
  const prepare = () => {
    const sources = [...find("#following").content.querySelectorAll(".frame img")].map((image) => image.getAttribute("src"));
    ahead = sources.map((source) => Object.assign(new Image(), { src: source }));
    for (const image of ahead) image.decode().catch(() => {}); // the page itself will show what is wrong with it
  };

  desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.decision) return;
    event.preventDefault();
    const needed = event.submitter?.dataset.needs && find(`#${event.submitter.dataset.needs}`, form);
    if (needed && !needed.value.trim()) return needed.focus();
    if (performance.now() - shownAt < TOO_QUICK_MS) return;
    if (isBusy) waiting = [form, event.submitter];
    else decide(form, event.submitter);
  });

  const decide = (form, submitter) => {
    const body = new URLSearchParams(new FormData(form, submitter));
    const next = find("#following").content.firstElementChild;
    if (form.dataset.decision === "leave" && next) {
      shown.replaceChildren(next);
      body.set("showing", next.dataset.key);
      began();
    }
    send(form.getAttribute("action"), body);
  };

  const send = async (action, body) => {
    isBusy = true;
    desk.ariaBusy = "true";
    try {
      const answer = await fetch(action, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.status === 401) return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
      const text = await answer.text();
      if (answer.ok || answer.status === 409) return arrived(text, answer.ok && action);
      failed(text, action, body);
    } catch {
      failed('<p class="message bad" role="alert">There is no connection. Your last decision is not kept yet.</p>', action, body);
    }
  };

  const arrived = (text, done) => {
    const parts = document.createElement("template");
    parts.innerHTML = text;
    const isNew = find("#shown", parts.content);
    if (isNew) shown.replaceChildren(...isNew.childNodes);
    for (const id of ["said", "following"]) find(`#${id}`).replaceWith(find(`#${id}`, parts.content));
    find("#messages").replaceChildren();
    const decided = find("#decided");
    if (decided && done) decided.textContent = Number(decided.textContent) + (done.includes("/vote") ? 1 : done.includes("/undo") ? -1 : 0);
    isBusy = false;
    desk.ariaBusy = "false";
    prepare();
    const [form, submitter] = waiting ?? [];
    waiting = null;
    if (isNew) began();
    else if (form?.isConnected) decide(form, submitter);
  };

  // Nothing goes on before the decision is kept: else it would be lost among the next ones.
  const failed = (text, action, body) => {
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: "Send it again" });
    const messages = find("#messages");
    messages.innerHTML = text;
    messages.append(again);
    again.addEventListener("click", () => send(action, body));
    again.focus();
  };

  began();
  prepare();
})();
