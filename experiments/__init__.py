"""Experiments: studies of many runs, their results on disk, and what can be concluded from them.

The main job in a notebook:

    from experiments.compare import compare

    comparison = compare(["ad_hoc", "trust"], replicates=50)
    comparison.differences

Where to look:

- A comparison of regimes: `compare` checks what is asked and runs it, `runner` cuts it into blocks and
  `dispatch` hands them out (to `processes`, where there are any); `tables` and `results` hold what comes of
  them, and `manifest` says how. `comparison` concludes, against the smallest effects that matter (`effects`);
  on sets of parameters, `layers` tells these and luck apart.
- Sets of parameters: `posterior` is a table of them, `believed` draws some for a study. `switching` lays
  settings over them that no range allows.
- One history: `single` by either engine, `watched` from outside, `explain` from the rules as they ran.
- What a page asks for while somebody waits: `growing`, `council_origin`, `council_futures`, `council_record`.
- Many points: `sweeps`, `studies` of the field made of them, and `ema` for the EMA Workbench.
- The model against the record: `calibration` fits it, `hindcast` holds it against the record, `structures`
  does both without a part of it.
- What follows: `claims` of the debate, `forecasts`, and `findings`, the pages that say what was found.
- Documents made from the code: `document` writes them, out of `document_rules`, `document_passages`,
  `document_submodels`, `submodels`, `responses` and `markdown`; `tutorials` runs the notebooks.
- Keeping the repository in order: `stored` makes again what is stale, `same` (with `same_histories`) compares
  two versions of the model; `variance` and `benchmarks` measure.
- What all share: `errors`, `horizon`, `arrays`, `units`, `staffing`, `intervals`, `reading`, `writing`,
  `kept_runs`, `folders`, `locking`, `losing`, `ending`; `prose`, `screen` and `command_line` for people.
"""
