"""The engine's workers, under the name that the code behind shipped tables has for them (their stamps hold it)."""

from tertius.engine.workers import answers, worker_processes, worker_threads

__all__ = ["answers", "worker_processes", "worker_threads"]
