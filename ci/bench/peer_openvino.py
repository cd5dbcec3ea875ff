"""Runs a workload with OpenVINO GenAI: continuous batching, prefix caching, a GGUF file.

Example: python3 ci/bench/peer_openvino.py --model Q4_0.gguf --workload ci/work/bench/summary.jsonl
"""

import measured
import numpy
import openvino
import openvino_genai as genai

CACHE_GIGABYTES = 4


def scheduler(chosen):
    config = genai.SchedulerConfig()
    config.max_num_seqs = chosen.batch
    config.max_num_batched_tokens = chosen.tokens
    config.enable_prefix_caching = True
    config.cache_size = CACHE_GIGABYTES
    return config


def generation(row):
    config = genai.GenerationConfig()
    config.max_new_tokens = row["max_tokens"]
    config.ignore_eos = row["ignore_stop"]
    config.do_sample = False
    return config


def load(chosen):
    return genai.ContinuousBatchingPipeline(
        chosen.model,
        scheduler(chosen),
        "CPU",
        {"INFERENCE_NUM_THREADS": chosen.threads},
    )


def generate(pipeline, rows):
    prompts = [openvino.Tensor(numpy.array([row["prompt_ids"]], numpy.int64)) for row in rows]
    results = pipeline.generate(prompts, [generation(row) for row in rows])
    return {
        row["id"]: [int(token) for token in result.m_generation_ids[0]]
        for row, result in zip(rows, results)
    }


def main():
    parser = measured.options("OpenVINO GenAI", "GGUF file")
    parser.add_argument("--tokens", type=int, default=256, help="most tokens of a pass")
    chosen = parser.parse_args()
    version = openvino.__version__.split("-")[0]
    measured.report("OpenVINO GenAI", version, chosen, lambda rows: load(chosen), generate)


if __name__ == "__main__":
    main()
