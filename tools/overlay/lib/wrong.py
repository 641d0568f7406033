"""The tests of the suite drm_unplug_wrong: drivers that are wrong, and the report that each has to cause."""

import re

from bed import run_trouble

SUITE = "drm_unplug_wrong"

# The kind of the report, and what it has to say
BLOCKS = ("lockdep", r"possible circular locking", r"drm_unplug_first_map")
WRONG = {
    "unplug_in_signalling": ("lockdep", r"possible circular locking", r"sync\(drm_unplug_srcu\)|drm_unplug_srcu.*synchronize_srcu"),
    "wait_for_fence": (*BLOCKS, r"dma_fence_block_map.*dma_fence_wait_timeout"),
    "wait_for_any_fence": (*BLOCKS, r"dma_fence_block_map.*dma_fence_wait_any_timeout"),
    "wait_for_resv": (*BLOCKS, r"dma_fence_block_map.*dma_resv_wait_timeout"),
    "wait_for_syncobj": (*BLOCKS, r"dma_fence_block_map.*drm_syncobj_array_wait"),
    "wait_in_flush": (*BLOCKS, r"dma_fence_block_map.*drm_sched_entity_flush"),
    "wait_under_lock": (*BLOCKS, r"lock.*wait_under_lock"),
    "unplug_unretired": (
        "warning",
        r"unplugged with 2 unfinished jobs in 1 schedulers.* scheduler mock-ring of \S+, client \d+, owner \S+, "
        r"fence \d+:1, on the hardware as \d+:1 on timeline mock-ring",
    ),
}


def run_wrong(bed, title, test):
    """Boots with one of them, as lockdep reports once per boot. Returns the run, and what is wrong with it, "" if nothing."""
    options = [f"kunit.filter_glob={SUITE}.{test}", "drm_sched_unplug_tests.provoke=1"]
    run, results = bed.kunit(title, options)
    return run, wrong_trouble(run, results, WRONG[test])


def wrong_trouble(run, results, expected):
    """What is wrong with a boot in which a wrong driver has to be reported, and nothing else."""
    kind, *patterns = expected
    if run.end:
        return run_trouble(run)
    if [passed for _, passed in results] != [True]:
        return f"the test did not pass; log: {run.log}"
    if len(run.reports) != 1:
        return f"{len(run.reports)} reports, not 1; log: {run.log}"
    report = run.reports[0]
    if report.kind != kind:
        return f"the report is one of kind {report.kind}, not {kind}; log: {run.log}"
    for pattern in patterns:
        if not any(re.search(pattern, line) for line in report.lines):
            return f"the report does not say {pattern}; log: {run.log}"
    return ""
