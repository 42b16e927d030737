# SPDX-License-Identifier: Apache-2.0
"""A small repository for a check to look at: repository({name: text}) writes the files and reads them as a Tree."""
import pytest

import tree


@pytest.fixture
def repository(tmp_path):
    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tree.Tree(tmp_path)
    return write
