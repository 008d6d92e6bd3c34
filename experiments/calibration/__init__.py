"""Fitting uncertain parameters to the record of 2014 to 2019: what it can teach, and what it cannot."""
