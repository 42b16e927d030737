# SPDX-License-Identifier: Apache-2.0
"""check_boards finds a board that has grown."""

import check_boards


def board_of(tmp_path, **lines):
    board = tmp_path / "a_board"
    board.mkdir()
    for name, count in lines.items():
        (board / name.replace("__", ".")).write_text("line\n" * count)
    return tmp_path


def test_what_belongs_to_the_vendor_is_not_counted(tmp_path):
    boards = board_of(tmp_path, board__cpp=60, uart_link__cpp=80, startup__cpp=500, registers__h=500, a_board__ld=500)
    assert check_boards.problems(boards) == []


def test_each_link_is_counted_with_the_rest(tmp_path):
    boards = board_of(tmp_path, board__cpp=60, uart_link__cpp=80, spi_link__cpp=90)
    told = check_boards.problems(boards)
    assert len(told) == 1 and "150 lines with spi_link.cpp" in told[0]


def test_a_board_without_a_link_and_no_board_at_all_are_told(tmp_path):
    assert check_boards.problems(tmp_path) == [f"{tmp_path}: no board"]
    assert "no file" in check_boards.problems(board_of(tmp_path, board__cpp=1))[0]
