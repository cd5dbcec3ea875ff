"""Tables of speeds, in Markdown."""

import json
import statistics

import measured


class Quality:
    """How far models are from the fp32 values: what `ci/quality.py measure --json` saved."""

    def __init__(self, file):
        self.saved = json.loads(file.read_text()) if file and file.exists() else {}

    def of(self, engine):
        """Precision and KL divergence; a model that was made anew counts as not measured."""
        peer = "" if engine.name.startswith("spark-llama") else f"{engine.name} "
        for name, figures in self.saved.items():
            if not name.startswith(peer) or figures["path"] != str(engine.model.resolve()):
                continue
            precision = name.removeprefix(peer)
            same = figures["made"] == measured.made(engine.model)
            return precision, f"{figures['kl']:.4f}" if same else "not measured"
        return engine.model.stem, "not measured"


def median(engine, field):
    return statistics.median(result[field] for result in engine.results)


def spread(engine):
    speeds = [result["speed"] for result in engine.results]
    return (max(speeds) - min(speeds)) / statistics.median(speeds)


def row(engine, reference, quality):
    precision, divergence = quality.of(engine)
    speed = median(engine, "speed")
    return (
        f"| {engine.name} | {precision} | {divergence} | {engine.batch} | {speed:.2f}"
        f" | {spread(engine):.0%} | {reference / speed:.2f} x"
        f" | {median(engine, 'other_seconds'):.1f} | {median(engine, 'peak_bytes') / 2**20:,.0f} |"
    )


def table(title, engines, quality):
    """Ratios are those of the first engine, which is ours, to each."""
    ours = median(engines[0], "speed")
    lines = [
        f"### {title}",
        "",
        "| engine | precision | KL | rows together | rows/s | spread | ours is | start s | peak MiB |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
        *(row(engine, ours, quality) for engine in engines),
    ]
    return "\n".join(lines) + "\n"


def speeds(workload, engines, quality):
    return table(f"{workload.name}, {len(workload.rows)} rows", engines, quality)


def close(workload, engines, quality):
    return table(f"{workload.name}, engines at nearly equal KL", engines, quality)
