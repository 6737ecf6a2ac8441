"""Draws the table of compare.sh from the figures of its runs.

    table.py FOLDER WORKLOAD...
"""
import json
import pathlib
import sys

folder, workloads = pathlib.Path(sys.argv[1]), sys.argv[2:]
BROKERS = ["pigeond", "mosquitto", "aedes", "relay"]
# What a workload is about where that is not CPU: the figure, its unit, its decimals.
FIGURES = {"latency": ("p50_us", "µs p50", 1), "idle": ("bytes_each", "B", 0), "retained": ("bytes_each", "B", 0),
           "queued": ("bytes_each", "B", 0)}


def read(workload, broker):
    file = folder / f"{workload}.{broker}.json"
    return json.loads(file.read_text())["results"][0] if file.exists() and file.stat().st_size else None


def figure(workload, result):
    return result.get(FIGURES[workload][0], 0) if workload in FIGURES else result["cpu_us"]


def cell(workload, result):
    if result is None:
        return ""
    if "problem" in result:
        return "failed: " + result["problem"]
    if workload in FIGURES:
        _, unit, decimals = FIGURES[workload]
        text = f"{figure(workload, result):,.{decimals}f} {unit}"
        if workload == "latency":
            text += f", {result['p99_us']:,.0f} p99"
    else:
        spread = (result["cpu_us_highest"] - result["cpu_us_lowest"]) / 2 / result["cpu_us"] * 100
        text = f"{result['cpu_us']:.3g} µs ±{spread:.0f} %, {result['per_second']:,.0f}/s"
    if result["lost"]:
        text += f", {result['lost']} lost"
    return text if result["adds_up"] else text + ", WRONG"


def ratio(workload, ours, other):
    if not ours or not other or "problem" in ours or "problem" in other or not figure(workload, other):
        return ""
    return f"{figure(workload, ours) / figure(workload, other):.3g}"


present = [broker for broker in BROKERS if any(read(workload, broker) for workload in workloads)]
others = [broker for broker in present if broker != "pigeond"]
head = ["workload", *present, *(f"pigeond / {broker}" for broker in others)]
print("| " + " | ".join(head) + " |")
print("|" + "---|" * len(head))
for workload in workloads:
    results = {broker: read(workload, broker) for broker in present}
    cells = [cell(workload, results[broker]) for broker in present]
    ratios = [ratio(workload, results.get("pigeond"), results[broker]) for broker in others]
    print("| " + " | ".join([workload, *cells, *ratios]) + " |")
