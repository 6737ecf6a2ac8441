"""Runs pigeon-bench against pigeond with small counts and checks the shape of what it prints.

    smoke.py PIGEON-BENCH PIGEOND
"""
import json
import subprocess
import sys

BENCH, PIGEOND = sys.argv[1:]
SMALL = ["--messages", "2000", "--subscribers", "20", "--filters", "200", "--connections", "100",
         "--stored", "1000", "--pairs", "2"]
WORKLOADS = {"qos0", "qos1", "qos2", "single", "fanout", "filters", "connect", "latency", "idle", "retained", "queued",
             "durable", "durable2", "acks"}
RELAYED = {"qos0", "single", "fanout", "latency"}
FIGURES = {"latency": {"p50_us", "p99_us", "max_us"}, "idle": {"bytes_each"}, "retained": {"bytes_each"},
           "queued": {"bytes_each"}, "durable": {"ack_p50_us", "ack_p99_us", "drain_ms"},
           "durable2": {"ack_p50_us", "ack_p99_us", "drain_ms"}, "acks": {"p50_us", "p99_us"}}
# Deliveries; the others: one each, or none. What is drained at the end begins with some that warm up.
EXPECTED = {"fanout": 2000 * 20, "queued": 1000, "durable": 2200, "durable2": 2200}


def run(*arguments, code=0):
    done = subprocess.run([BENCH, *arguments], capture_output=True, text=True, timeout=100)
    assert done.returncode == code, f"{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def check(results, workloads):
    assert {each["workload"] for each in results} == workloads, results
    for each in results:
        name = each["workload"]
        assert each["adds_up"] is True and each["lost"] == 0 and each["wrong"] == 0, each
        assert each["units"] > 0 and each["seconds"] > 0 and each["cpu_us"] > 0, each
        assert each["received"] == each["expected"], each
        if name not in ("connect", "idle", "retained", "acks"):
            assert each["received"] == EXPECTED.get(name, 2000), each
        assert FIGURES.get(name, set()) <= each.keys(), each


broker = ["--broker", f"{PIGEOND} -p {{port}}"]
check(json.loads(run(*SMALL, *broker, "--json"))["results"], WORKLOADS)
check(json.loads(run(*SMALL, "--relay", "--json"))["results"], RELAYED)

table = run(*SMALL, *broker, "--runs", "3", "qos1").splitlines()
assert table[0].split()[:2] == ["workload", "messages"], table
assert table[1].startswith("qos1") and " ok " in table[1] and "in 3 runs" in table[1], table

assert all(name in run("--help") for name in WORKLOADS)
run("--broker", "true", code=2)  # without {port}
run("qos9", "--port", "1", code=2)
run(code=2)
run("--broker", "false {port}", "qos0", code=1)  # ends at once
