"use strict";
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const claims = [...document.querySelectorAll("[data-verdict]")];
  const shown = document.getElementById("shown");
  const choose = () => {
    const verdict = filter.querySelector("input:checked").value;
    let count = 0;
    claims.forEach((claim) => {
      claim.hidden = verdict !== "" && claim.dataset.verdict !== verdict;
      if (!claim.hidden && claim.matches("article")) count += 1;
    });
    shown.textContent = `${count} of ${document.querySelectorAll("article").length} claims are shown.`;
  };
  filter.addEventListener("change", choose);

  // A link to a claim that the filter hides shows all again
  addEventListener("hashchange", () => {
    const claim = document.getElementById(location.hash.slice(1));
    if (claim && claim.hidden) {
      filter.querySelector("input[value='']").checked = true;
      choose();
      claim.scrollIntoView();
    }
  });
  choose();
})();
