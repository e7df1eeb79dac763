"""A spreadsheet's way in, a module a step: uploaded, mapped, checked, committed, undone.

Each step that takes long runs in the worker, chunk by chunk, each chunk in a
transaction of its own under the run's lock (`working`). What a chunk wrote is
where the next worker goes on (ADR-0015).
"""
