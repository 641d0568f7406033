# The front door: every target does all its set-up by itself. `make help` explains.

KERNEL ?= 7.3
BED ?= tt
SCENARIO ?= hang
FILTER ?= drm_sched_device*
export KERNEL KERNEL_SRC

overlay := tools/overlay
baseline := $(if $(filter-out 0,$(BASELINE)),--baseline)
# What the tools themselves run on; each asks for what else it needs.
need := $(overlay)/need

help:
	@echo 'make demo           unplug a real GPU driver with jobs running, and print who noticed when'
	@echo 'make demo BASELINE=1    the kernel without the overlay, scenario hang: what is wrong there'
	@echo 'make test           the tests; ends with "N passed, N failed". PART="kunit live": only those parts'
	@echo '                    (apply kunit drivers wrong live failnth stress upstream, see tools/overlay/test --help)'
	@echo '                    Not among them: test-defects, stock, leaks, failnth LEAKS=1, the large drivers, clang, arches,'
	@echo '                    model, litmus, mutants, a long stress, series-check, series-test'
	@echo 'make test-defects   the tests of the defects U1 to U10 on the kernel without the overlay, where each has to fail'
	@echo 'make leaks          kmemleak after the KUnit suites (but drm_unplug_wrong) and after the unplug scenarios hang, chain,'
	@echo '                    surprise and rebind of each driver, on a bed of its own; all of that has to pass, too'
	@echo 'make failnth        one allocation after the other fails while the v3d driver is bound, used and unbound: how it ends,'
	@echo '                    and which reports are known not to be ours. LEAKS=1: with kmemleak. OPERATION="bind open"'
	@echo 'make kunit          KUnit suites on one bed. FILTER=GLOB (default: drm_sched_device*) BED=smp BASELINE=1'
	@echo 'make mutants        put one defect after the other into the overlay: do the KUnit tests notice? About an hour'
	@echo '                    MUTANT="name name": only those, see tools/overlay/mutants.d. TABLE=file: only write the list of'
	@echo '                    what each test guards, as Documentation/gpu/drm-sched-device-tests.txt has it; runs nothing'
	@echo 'make stress         random mixes of all that can happen to schedulers and their devices, TIME=60 (or 10m, 1h) SEED=1'
	@echo '                    ROUND=n: only that round of the seed. MUTANT=name: how soon is that defect found? all: some'
	@echo 'make model          check the model of the protocol (Spin): all interleavings of small scenarios, and all defects'
	@echo '                    MODEL="name name": only those, see Documentation/gpu/drm-sched-model'
	@echo 'make litmus         check the litmus tests of memory ordering (herd7, with the memory model of the kernel), and that what'
	@echo '                    they mark as needed is. LITMUS="name name": only those, see Documentation/litmus-tests/drm-sched'
	@echo 'make bench          what it takes to finish all jobs of a device, in multiples of a bare loop, against the way there'
	@echo '                    was: one boot, a minute. FULL=1: up to 10^6 jobs. ROUNDS=7 BASELINE=1 (without the overlay)'
	@echo '                    PLOT=1: tables and picture for Documentation/gpu, and build/bench/bench.png. Not on 6.12'
	@echo 'make bench-profile  where that time goes, function by function. WRITE=1: into Documentation/gpu'
	@echo 'make bench-submit   instructions and bytes per job, with and without the overlay, counted on an emulated CPU'
	@echo 'make style          checkpatch, kernel-doc, sparse, compiler warnings, spelling: only what is new counts'
	@echo 'make drivers        compile every driver that uses drm/scheduler: what only warns with the overlay is a failure'
	@echo '                    DRIVER="lima xe" COMPILER=gcc (default: gcc and clang) FULL=1 (all files of the large ones)'
	@echo 'make arches         compile drm/scheduler and its tests for x86_64, i386, arm64, arm, riscv64, ppc64el and ppc64.'
	@echo '                    MACHINE="arm" COMPILER=gcc'
	@echo 'make results        what was tested last, on which kernel and bed, as a table. README=1: into README.md'
	@echo 'make stock          the kernels of Debian, unmodified, in QEMU, with the scheduler of the overlay as a module: unplug'
	@echo '                    scenarios on a virtual driver, then IGT. KERNEL=6.12 or 7.3 (default: both), IGT=0: without that'
	@echo '                    BASELINE=1: with the scheduler as it is'
	@echo 'make build          only build the kernel of one bed (BED=smp BASELINE=1) and print its path'
	@echo 'make apply KERNEL_SRC=dir   apply the overlay to a kernel tree, whole or not at all'
	@echo 'make revert KERNEL_SRC=dir  take it out again'
	@echo 'make series         a git branch with one commit for each step, and build/series/*.patch with a cover letter'
	@echo 'make series-check   each patch (checkpatch, spelling, git am), each commit (build, W=1, sparse, KUnit), then the'
	@echo '                    documentation and the lists to send it to. An hour. PART="patches steps tip" STEPS=3-5'
	@echo 'make series-test    git am of the patches on the kernel as it is, build, KUnit, unplugs'
	@echo 'make clean          remove everything that was built; make distclean: what was downloaded, and the results, too'
	@echo
	@echo 'KERNEL=7.3          the kernel to work on, as in the Debian package linux-source-7.3 (now: $(KERNEL)); also 6.12 and 7.2,'
	@echo '                    7.3@experimental: as in that suite'
	@echo 'KERNEL_SRC=dir      a kernel source tree instead; all targets but apply and revert work on a copy, made once'
	@echo 'BED=tt|smp          for build and kunit: tt (default): one CPU, simulated time; smp: two CPUs, real time; and the beds'
	@echo '                    that QEMU emulates: x86 (KASAN), kcsan, rt (PREEMPT_RT, KASAN), all with two CPUs. For stress: smp'
	@echo '                    (default), x86 (default on 6.12), kcsan or rt'
	@echo 'DRIVER=v3d          for demo: the driver that loses its device; for test: only this one, or these, in part live'
	@echo 'SCENARIO=surprise   for demo: hang (default), surprise, chain, orderly, idle, rebind; all: tools/overlay/demo --help'
	@echo
	@echo 'Missing Debian packages are installed (as root; otherwise their names are printed).'

demo:
	@$(need)
	@$(overlay)/demo $(SCENARIO) $(if $(DRIVER),--driver '$(DRIVER)') $(baseline)

test:
	@$(need)
	@$(overlay)/test $(PART) $(DRIVER:%=--driver %)

leaks:
	@$(need)
	@$(overlay)/leaks

failnth:
	@$(need)
	@$(overlay)/failnth $(OPERATION) $(baseline) $(if $(filter-out 0,$(LEAKS)),--leaks)

test-defects:
	@$(need)
	@$(overlay)/defects

kunit:
	@$(need)
	@$(overlay)/kunit '$(FILTER)' --bed $(BED) $(baseline)

mutants:
	@$(need)
	@$(overlay)/mutants $(MUTANT) $(if $(TABLE),--table '$(TABLE)')

stress:
	@$(need)
	@$(overlay)/stress $(if $(filter-out file,$(origin BED)),--bed $(BED)) $(TIME:%=--time %) $(SEED:%=--seed %) \
		$(ROUND:%=--round %) $(if $(MUTANT),--mutant $(MUTANT))

model:
	@$(overlay)/model $(MODEL)

litmus:
	@$(overlay)/litmus $(LITMUS)

bench:
	@$(need)
	@$(overlay)/bench $(baseline) $(if $(filter-out 0,$(FULL)),--full) $(if $(filter-out 0,$(PLOT)),--plot) $(ROUNDS:%=--rounds %)

bench-profile:
	@$(need)
	@$(overlay)/bench-profile $(if $(filter-out 0,$(WRITE)),--write)

bench-submit:
	@$(need)
	@$(overlay)/bench-submit

style:
	@$(need)
	@$(overlay)/style

drivers:
	@$(need)
	@$(overlay)/drivers $(DRIVER) $(COMPILER:%=--compiler %) $(if $(filter-out 0,$(FULL)),--full)

arches:
	@$(need)
	@$(overlay)/arches $(MACHINE) $(COMPILER:%=--compiler %)

results:
	@$(overlay)/results $(if $(filter-out 0,$(README)),--readme README.md)

stock:
	@$(need)
	@$(overlay)/stock $(if $(filter file,$(origin KERNEL)),,$(KERNEL)) $(if $(filter 0,$(IGT)),--no-igt) $(baseline)

build:
	@$(overlay)/build $(BED) $(baseline)

apply revert:
	@test -n '$(KERNEL_SRC)' || { echo 'which tree? make $@ KERNEL_SRC=dir' >&2; exit 1; }
	@$(need)
	@$(overlay)/apply '$(KERNEL_SRC)' $(if $(filter revert,$@),--revert)

series:
	@$(need)
	@$(overlay)/series

series-check:
	@$(need)
	@$(overlay)/series-check $(PART) $(if $(STEPS),--steps $(STEPS))

series-test:
	@$(need)
	@$(overlay)/series-test

# What was downloaded stays, and what was found: results.tsv. The disk of IGT, build/stock/igt.img, is a download, too.
clean:
	@test ! -d build || find build/ -mindepth 1 -maxdepth 1 ! -name src ! -name stock ! -name 'results.tsv*' -exec rm -rf {} +
	@test ! -d build/stock || find build/stock/ -mindepth 2 -maxdepth 2 ! -name debs ! -name 'source*' -exec rm -rf {} +

distclean:
	rm -rf build

.PHONY: help demo test test-defects leaks failnth kunit mutants stress model litmus bench bench-profile bench-submit style drivers arches results stock \
	build apply revert series series-check series-test clean distclean
