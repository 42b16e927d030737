# SPDX-License-Identifier: Apache-2.0
"""The main job, as ./run starts it."""

import subprocess
import sys

import conftest


def test_the_page_comes_and_a_wrong_ca_and_a_wrong_name_are_refused(lab):
    program = conftest.REPOSITORY / "tools" / "main_job" / "main_job.py"
    done = subprocess.run([sys.executable, str(program), "--build", str(lab.build)], capture_output=True, text=True,
                          timeout=conftest.COMMAND_LIMIT_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = [line.strip().removeprefix("|").strip() for line in done.stdout.splitlines()]
    page = [line.strip() for line in program.with_name("page.html").read_text().splitlines()]
    begin = shown.index(page[0])
    assert shown[begin:begin + len(page)] == page
    assert "unknown_ca:" in done.stdout
    assert "wrong_host_name:" in done.stdout
