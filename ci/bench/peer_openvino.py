"""Runs a workload with OpenVINO GenAI: continuous batching, prefix caching, a GGUF file.

Example: python3 ci/bench/peer_openvino.py --model Q4_0.gguf --workload ci/work/bench/summary.jsonl
"""

import time

import measured

CACHE_GIGABYTES = 4


def scheduler(genai, chosen):
    config = genai.SchedulerConfig()
    config.max_num_seqs = chosen.batch
    config.max_num_batched_tokens = chosen.tokens
    config.enable_prefix_caching = True
    config.cache_size = CACHE_GIGABYTES
    return config


def generation(genai, row):
    config = genai.GenerationConfig()
    config.max_new_tokens = row["max_tokens"]
    config.ignore_eos = row["ignore_stop"]
    config.do_sample = False
    return config


def main():
    parser = measured.options("OpenVINO GenAI", "GGUF file")
    parser.add_argument("--tokens", type=int, default=256, help="most tokens of a pass")
    chosen = parser.parse_args()
    import numpy
    import openvino
    import openvino_genai as genai

    given = measured.rows(chosen.workload)
    start = time.perf_counter()
    pipeline = genai.ContinuousBatchingPipeline(
        chosen.model,
        scheduler(genai, chosen),
        "CPU",
        {"INFERENCE_NUM_THREADS": chosen.threads},
    )
    load = time.perf_counter() - start

    def run():
        prompts = [
            openvino.Tensor(numpy.array([row["prompt_ids"]], dtype=numpy.int64)) for row in given
        ]
        results = pipeline.generate(prompts, [generation(genai, row) for row in given])
        return [result.m_generation_ids[0] for result in results]

    version = openvino.__version__.split("-")[0]
    measured.report("OpenVINO GenAI", version, load, (chosen, given, run))


if __name__ == "__main__":
    main()
