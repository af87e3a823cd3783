"""Forecasts and their scores: proper scores, baselines, rolling-origin backtests, pools by past score."""
