#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every libFuzzer program of a build folder for a while, beginning from its kept corpus tests/fuzz/corpus/NAME.
A crash, a leak, a hang of 10 s or more than 1 GiB fails, and leaves the input in BUILD/fuzz_finds. New inputs stay in
BUILD/fuzz_corpus: to keep those that reach new code, run NAME -merge=1 tests/fuzz/corpus/NAME BUILD/fuzz_corpus/NAME."""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

KEPT = pathlib.Path(__file__).resolve().parent / "corpus"
HANG_SECONDS = 10
MEMORY_MIB = 1024


def fuzz(build, name, seconds):
    """One target's run: whether it held, a line to print, and on a find the end of its log."""
    finds, corpus = build / "fuzz_finds", build / "fuzz_corpus" / name
    finds.mkdir(exist_ok=True)
    corpus.mkdir(parents=True, exist_ok=True)
    kept = [KEPT / name] if (KEPT / name).is_dir() else []
    command = [build / "bin" / name, f"-max_total_time={seconds}", f"-timeout={HANG_SECONDS}",
               f"-rss_limit_mb={MEMORY_MIB}", f"-artifact_prefix={finds}/{name}-", "-print_final_stats=1", corpus, *kept]
    symbolizer = "external_symbolizer_path=/usr/bin/addr2line"  # llvm's own would be a large package for one tool
    environment = {**os.environ, "ASAN_OPTIONS": f"detect_leaks=1:{symbolizer}",
                   "UBSAN_OPTIONS": f"print_stacktrace=1:{symbolizer}"}
    # Anything that the target prints goes into the log too, byte for byte.
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    log = done.stdout.decode(errors="replace")
    (finds / f"{name}.log").write_text(log)

    executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", log)
    if done.returncode == 0 and executed and int(executed[1]) > 0:
        return True, f"{name}: {int(executed[1]):,} inputs, {len(kept) and len(list(kept[0].iterdir()))} of them kept", ""
    artefact = re.search(r"Test unit written to (\S+)", log)
    where = f"input: {artefact[1]}" if artefact else "no input was written"
    return False, f"{name}: FAILED with status {done.returncode}; {where}", log[-6000:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="targets at a time")
    parser.add_argument("targets", nargs="*", help="default: all")
    options = parser.parse_args()

    build = options.build.resolve()
    names = options.targets or (build / "fuzzers.txt").read_text().split()
    if not names:
        sys.exit("error: this build has no fuzz targets")
    held = True
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for good, line, log in pool.map(lambda name: fuzz(build, name, options.seconds), names):
            held = held and good
            print(line, log, sep="\n" if log else "", flush=True)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
