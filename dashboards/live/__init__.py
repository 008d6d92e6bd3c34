"""The dashboards: pages in a browser, served on this machine, that ask for nothing from the network.

They contain no model logic: what they show is run by `experiments` and drawn with the figures of the reports.
"""
