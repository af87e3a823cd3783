"""Questions that can be settled: a rule on weekly values, its chance in the ensemble, and its answer in the data.

rule        one question as it is written: what is measured, over which weeks, against which thresholds
reading     a file of questions, checked against a scenario, line by line
measuring   weekly values -> the number that a rule is about; the same function for futures, for the past, for what came
asking      the chance of each threshold in the futures, with and without the entry, and what moves it
past        weekly values before the as-of date, from series and from the record; base rate and persistence
settling    what came: settled, void, pending or overdue
"""
