"""The model held against the record of 2014 to 2019: the same measures of both, and what misses."""
