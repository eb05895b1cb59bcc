"""What was measured, as a table for people, and in docs/performance.md."""

import os
import platform
import re
import resource
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from realtime_processes import FLOOR, OURS, WS

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs/performance.md"
BEGIN, END = "<!-- figures: written by scripts/bench realtime --update-docs -->", "<!-- end of figures -->"


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": model.group(1) if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "commit": commit.stdout.strip() or "unknown",
    }


class Others:
    """What part of the machine processes other than those started here use meanwhile, other guests included."""

    def __init__(self):
        self.before = self._seconds()

    def part(self):
        all_before, busy_before, own_before = self.before
        all_after, busy_after, own_after = self._seconds()
        others = (busy_after - busy_before) - (own_after - own_before)
        return max(0, others / (all_after - all_before))

    def _seconds(self):
        ticks = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        every = sum(ticks) / os.sysconf("SC_CLK_TCK")
        idle = (ticks[3] + ticks[4]) / os.sysconf("SC_CLK_TCK")
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return every, every - idle, sum(usage.ru_utime + usage.ru_stime for usage in usages)



def table(results):
    lines = ["| what | floor | node ws | ours | to be reached | reached |", "|---|---|---|---|---|---|"]

    def row(what, floor, ws, ours, target, reached):
        lines.append(f"| {what} | {floor} | {ws} | {ours} | {target} | {'yes' if reached else '**no**'} |")

    if figures := results.get("broadcast"):
        for window, most in ((1, 1.3), (16, 0.5)):
            costs = {kind: figures[kind][window]["us"] for kind in figures}
            ratio = costs[OURS] / costs[FLOOR]
            row(
                f"server CPU per delivery, room of 1,000, 200 bytes, {window} in flight",
                f"{costs[FLOOR]:.2f} µs",
                f"{costs[WS]:.2f} µs" if WS in costs else "–",
                f"{costs[OURS]:.2f} µs = {ratio:.2f} × floor",
                f"≤ {most} × floor",
                ratio <= most,
            )
    if figures := results.get("idle"):
        for count, size in figures[OURS].items():
            ws = f"{figures[WS][count] / 1024:.1f} KB" if WS in figures else "–"
            what = f"resident memory per idle websocket, {count:,} open"
            row(what, "–", ws, f"{size / 1024:.1f} KB", "≤ 6 KB", size <= 6 * 1024)
    if figures := results.get("connect"):
        what = "connects per second through CONNECT with auth and a middleware"
        ours = f"{figures['rate']:,.0f}/s ({figures['us']:.0f} µs CPU each)"
        row(what, "–", "–", ours, "≥ 6,000/s", figures["rate"] >= 6000)
    if figures := results.get("pairs"):
        what = "event to one socket and its ack, 100 pairs, 1,000/s together"
        ours = f"p50 {figures['p50']:.0f} µs, p99 {figures['p99']:.0f} µs"
        row(what, "–", "–", ours, "p99 ≤ 5 × p50", figures["p99"] <= 5 * figures["p50"])
    for what, figures in results.get("messages", {}).items():
        ours = (
            f"{figures['rate']:,.0f}/s, {figures['deliveries']:,.0f} deliveries/s, "
            f"p50 {figures['p50'] / 1e3:.1f} ms, p99 {figures['p99'] / 1e3:.1f} ms"
        )
        row(f"messages through msgctl, stored, acked, broadcast, {what}", "–", "–", ours, "≥ 15,000/s", figures["rate"] >= 15000)
    return "\n".join(lines)


def update_docs(text, where):
    before, _, rest = DOCS.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    place = (
        f"Measured {where['date']} at commit {where['commit']}, on {where['cores']} cores of {where['processor']}, "
        f"Linux {where['kernel']}. Other processes used {where['others']:.0%} of the machine meanwhile."
    )
    DOCS.write_text(f"{before}{BEGIN}\n\n{place}\n\n{text}\n\n{END}{after}")
