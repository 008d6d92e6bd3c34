"""What people look at: reports, charts and maps of results, drawn in one visual language.

Nothing here simulates: a dashboard reads tables that `experiments` made of runs of `model`, and says in
words and pictures what is in them, how sure one can be, and what they cannot tell.

A name says what is in a module: `*_page` makes a page, `*_figures` draws its charts, `*_words` says in
sentences what was found. What all share: `style` decides how things look and `words` what they are called,
`page` makes a file of a template, `drawing` has the strokes of drawings without a library, `pdf` prints.

- A comparison: `compared` is what it is about; `summaries` and `differences` make tables of it,
  `comparison_words`, `figures`, `hexmap` and `maps` words and pictures of these, `sections` the parts and
  `report` the whole.
- A sweep: `sweep_pages` has what the pages of its three analyses share, which are called after their
  commands.
- The debate: `claims_*`; of these `claims_kept` is what is said there as data, for the dashboards to show.
- One council: `council_*`, shown by the dashboards alone.
- A fit, the record and structures: a page each; the first two share `interval_figures`.
- Documents: `picture` draws the one of the README, `response_figures` those of the submodels.

`live` has the pages that `turnaround dashboard` serves.
"""
