"""Update: a case moved to a later date, its questions asked again, and what changed told.

sequence    the posterior of a case carried on from week to week, with the weights of its structures
cases       a scenario and data as of a day -> the moved case, ready to run
fits        its posterior as a fit file
numbers     the numbers of a case, kept with their three times
changes     each number beside what it was; noise; causes
record      what came of numbers like one
evidence    accepted claims as steps
updating    an update as a whole
rolling     questions of a replay: the same at every date, from what was known then
replay      a past stretch as if live
"""
