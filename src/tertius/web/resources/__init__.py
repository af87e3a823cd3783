"""The JSON API, one file for each kind of thing: plain functions that return JSON data, and a router over them."""
