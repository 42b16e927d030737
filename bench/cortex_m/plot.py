# SPDX-License-Identifier: Apache-2.0
"""The options beside each other: flash, RAM, instructions, each by component."""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend has to be chosen first)

COLOURS = {"together": "#34495e", "application": "#7f8c8d", "driver": "#2f7f5f", "port": "#8fbf9f", "TCP/IP": "#2c6fbb", "TLS": "#c0392b",
           "libc": "#d9b44a", "other": "#bbbbbb", "stack": "#9b59b6", "heap": "#e67e22"}


def _bars(axes, title, unit, columns):
    """`columns`: for each option its components' values."""
    below = [0.0] * len(columns)
    for component, colour in COLOURS.items():
        values = [parts.get(component, 0) for parts in columns.values()]
        if any(values):
            axes.bar(list(columns), values, bottom=below, color=colour, label=component)
            below = [sum(pair) for pair in zip(below, values)]
    for place, total in enumerate(below):
        axes.text(place, total, f"{total:.3g}", ha="center", va="bottom", fontsize=8)
    axes.set_title(title, fontsize=10)
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.12)
    axes.tick_params(axis="x", labelsize=8)


def _kib(parts):
    return {name: size / 1024 for name, size in parts.items()}


def _named(parts):
    return {name.replace("_", " "): value for name, value in parts.items()}


def draw(options, folder):
    figure, rows = pyplot.subplots(2, 2, figsize=(11, 8))
    labels = {name: name.replace("_", "\n") for name in options}
    _bars(rows[0][0], "Flash", "KiB", {labels[name]: _kib(runs.image.flash()) for name, runs in options.items()})
    _bars(rows[0][1], "RAM: variables, deepest stack, largest heap", "KiB",
          {labels[name]: _kib({**runs.image.ram(), "stack": runs.stack(), "heap": runs.heap()})
           for name, runs in options.items()})
    _bars(rows[1][0], "socket() to connected, with the TLS handshake (logarithmic)", "thousand instructions",
          {labels[name]: {"together": runs.instructions("resolved", "connected") / 1000} for name, runs in options.items()})
    rows[1][0].set_yscale("log")
    _bars(rows[1][1], "To receive, each byte of 64 KiB", "instructions",
          {labels[name]: {part: count / 65536 for part, count in _named(runs.by_part("requested", "received")).items()}
           for name, runs in options.items()})
    handles = {}
    for axes in figure.axes:
        handles.update(zip(*reversed(axes.get_legend_handles_labels())))
    figure.legend(handles.values(), handles.keys(), loc="lower center", ncols=len(handles), fontsize=8)
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    for kind in ("svg", "png"):
        figure.savefig(folder / f"mcu.{kind}", dpi=110)
