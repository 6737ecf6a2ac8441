#!/usr/bin/env bash
# Runs the workloads of pigeon-bench against pigeond, Debian's mosquitto, aedes and the byte relay, in turn for each
# workload so that all of them meet the same noise, and prints one table with the ratios. Only ratios within one run
# carry over to other machines.
#
#   tests/bench/compare.sh [--runs N] [--out FOLDER] [options of pigeon-bench] [workload...]
#
# mosquitto takes part when it is installed, aedes when `npm install --prefix build/aedes aedes` has been done (it is
# looked for in build/mqttjs as well). PIGEON_BUILD names another build folder than build/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bench=$PWD/tests/bench
bin=$PWD/${PIGEON_BUILD:-build}/bin

runs=3
out=
arguments=()
workloads=()
while [ $# -gt 0 ]; do
    case "$1" in
        --runs) runs=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --*) arguments+=("$1" "$2"); shift 2 ;;
        *) workloads+=("$1"); shift ;;
    esac
done
[ -x "$bin/pigeon-bench" ] && [ -x "$bin/pigeond" ] || { echo "Build first: ./run.sh --build-only" >&2; exit 1; }
[ -n "$out" ] || out=$(mktemp -d)
mkdir -p "$out"
if [ ${#workloads[@]} -eq 0 ]; then
    workloads=(qos0 qos1 qos2 single fanout filters connect latency idle retained queued)
fi

declare -A command=([pigeond]="$bin/pigeond -p {port}")
brokers=(pigeond)
mosquitto=$(PATH=$PATH:/usr/sbin command -v mosquitto || true)
if [ -n "$mosquitto" ]; then
    brokers+=(mosquitto)
    command[mosquitto]="$mosquitto -c $bench/mosquitto.conf -p {port}"
fi
for folder in build/mqttjs build/aedes; do
    [ -f $folder/node_modules/aedes/aedes.js ] || continue
    brokers+=(aedes)
    command[aedes]="node $bench/aedes.mjs $PWD/$folder {port}"
    break
done

echo "Load before: $(cut -d' ' -f1-3 /proc/loadavg)" >&2
for workload in "${workloads[@]}"; do
    for broker in "${brokers[@]}"; do
        echo "$workload: $broker" >&2
        "$bin/pigeon-bench" --json --runs "$runs" --broker "${command[$broker]}" "${arguments[@]}" "$workload" \
            >"$out/$workload.$broker.json" || echo "$workload: $broker does not add up" >&2
    done
    case $workload in
        qos0 | single | fanout | latency)
            "$bin/pigeon-bench" --json --runs "$runs" --relay "${arguments[@]}" "$workload" >"$out/$workload.relay.json" ;;
    esac
done
echo "Load after: $(cut -d' ' -f1-3 /proc/loadavg); figures in $out" >&2

python3 "$bench/table.py" "$out" "${workloads[@]}"
