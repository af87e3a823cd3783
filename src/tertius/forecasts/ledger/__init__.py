"""The ledger: forecasts sealed, settled and scored in an append-only database, each entry chained to the one before.

entries     what an entry is, and its hash
database    the table: opened or refused, read, appended to
seen        the last entry that this machine saw, kept outside the database
sealing     answers -> sealed forecasts, methodology versions
settled     backtests of steps and of past wars, sealed with what came
resolving   sealed forecasts -> what came, by rule or by hand
rows        entries -> forecasts with their state
stamping    outside time stamps on the last entry, and what they show
authority   a time-stamp authority, asked over the web
verifying   what is shown, layer by layer, and what is not
crowd       a crowd's prices: which stood when a forecast was asked
scoring     proper scores beside base rate, persistence and crowd prices; reliability
"""
