"use strict";
// The debate: opening a claim is a step that the browser's back and forward keys go; filters are none
(() => {
  const {calls} = window.turnaround;
  let came = false; // by a link of this page, so that what was opened has the focus

  const control = (node) => {
    try {
      const id = JSON.parse(node.id);
      return id.type === "view" ? id : null;
    } catch { return null; }
  };

  // The address first: controls that change write themselves into what it says already
  const follow = (search) => {
    const query = new URLSearchParams(search);
    window.dash_clientside.set_props("view", {data: search.replace(/^\?/, "")});
    document.querySelectorAll("#debate [id^='{']").forEach((node) => {
      const id = control(node);
      if (id) window.dash_clientside.set_props(id, {value: query.get(id.key) ?? id.usual});
    });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-debate]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    came = true;
    history.pushState({}, "", link.href);
    follow(link.search);
  });

  addEventListener("popstate", () => {
    if (location.pathname !== "/debate" || !document.getElementById("debate")) return;
    came = true;
    follow(location.search);
  });

  calls.debate = ({open}) => {
    const page = document.getElementById("debate");
    if (!page) return;
    const left = page.dataset.open === "yes" && !open;
    page.dataset.open = open ? "yes" : "no";
    const list = document.getElementById("claim-list"), current = list.querySelector("[aria-current]");
    if (current) list.scrollTop += current.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
    if (!came) return;
    came = false;
    const head = open ? document.getElementById("opened-head") : left ? list : null;
    if (!head) return;
    head.focus({preventScroll: true});
    const {top} = head.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) scrollTo({top: Math.max(0, scrollY + top - 60)});
  };
})();
