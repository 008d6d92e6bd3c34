"""The dashboards: pages in a browser, served on this machine, that ask for nothing from the network.

They contain no model logic: what they show is run by `experiments` and drawn with the figures of the
reports.

`server` runs the processes and `app` is the shell around `pages`, a module each. A page reads its
`address`, lays out `controls`, and sends what is computed as `streams`; `downloads` hands out the same as
tables. What a visitor asks for is cut into pieces by `computing`, or taken in `turns` where it cannot be,
and goes `ahead` of a visitor who does not read. `ensembles`, `futures`, `played` and `sweeps` are what is
computed, for all visitors alike: `offered` holds it. Modules that begin with the name of a page are parts
of it.
"""
