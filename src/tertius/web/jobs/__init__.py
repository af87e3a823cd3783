"""Durable jobs: what takes long is asked once, done in a process of its own, and kept.

The files, by what they hold:

queue.py     the jobs of a folder, in one SQLite file: submit, get, list, cancel, result
worker.py    a process that takes them, one after the other
crew.py      the workers of a server
kinds.py     what can be asked, and with which arguments
asking.py    how each kind is done, by one call of the public front
failures.py  errors as data
"""

from tertius.web.jobs.crew import Crew
from tertius.web.jobs.failures import failure_of
from tertius.web.jobs.job import Job
from tertius.web.jobs.queue import Queue

__all__ = ["Crew", "Job", "Queue", "failure_of"]
