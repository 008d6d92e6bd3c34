"""Forecasts of judgements: by the model and by the baselines of a sceptic, in one form, and their scores."""
