# SPDX-License-Identifier: Apache-2.0
"""Figures of a benchmark, each with the bar that it is held against, if there is one."""


class Measured:
    """The figures, in the order they were taken."""

    def __init__(self):
        self.figures = []

    def add(self, name, value, unit, better, bar=None):
        holds = bar is None or (value >= bar if better == "higher" else value <= bar)
        self.figures.append({"name": name, "value": value, "unit": unit, "better": better, "bar": bar, "holds": holds})
        print(f"  {name}: {value:.5g} {unit}", flush=True)


def print_table(figures):
    width = max(len(figure["name"]) for figure in figures)
    print(f"\n{'figure':{width}}  {'value':>10}  {'bar':>10}  holds")
    for figure in figures:
        bar = "" if figure["bar"] is None else f"{'>=' if figure['better'] == 'higher' else '<='} {figure['bar']:g}"
        holds = "" if figure["bar"] is None else "yes" if figure["holds"] else "NO"
        print(f"{figure['name']:{width}}  {figure['value']:10.4g}  {bar:>10}  {holds:5}  {figure['unit']}")
