"""Update: a case moved to a later date, its questions asked again, and what changed told.

sequence    the posterior of a case carried on from week to week, with the weights of its structures
cases       a scenario and data as of a day -> the moved case, ready to run
asking      questions whose window began before the day: what is known of it stands before each future
rolling     questions of a replay: the same at every date, from what was known then
replay      a past stretch as if live
"""
