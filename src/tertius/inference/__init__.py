"""Priors to posteriors on dated series: rival laws with exact or near-exact filters, a sampler, and its checks."""
