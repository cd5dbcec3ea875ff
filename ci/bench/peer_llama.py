"""Times llama.cpp on a workload file with continuous batching, as llama-server would run it.

    python ci/bench/peer_llama.py --model Q4_0.gguf --workload rows.jsonl --threads 2 --batch 16

prints one JSON object. A workload line is {"id", "prompt_ids", "max_tokens", "ignore_stop"}. The
start that all prompts share is computed once, and a row takes over the longest start of its prompt
that any sequence holds, also one whose row has ended; each pass holds one token of every decoding
row and prompt chunks of the rows that entered.
"""

import collections
import ctypes
import os

import llama_cpp
import measured
import numpy

FLASH = {"auto": -1, "off": 0, "on": 1}


class Row:
    """A workload row in a sequence: `ids` holds the prompt and the generated tokens."""

    def __init__(self, fields, sequence, done):
        self.fields, self.sequence, self.done = fields, sequence, done
        self.ids = list(fields["prompt_ids"])

    def pending(self):
        return len(self.ids) - self.done

    def generated(self):
        return self.ids[len(self.fields["prompt_ids"]) :]


class Engine:
    def __init__(self, options, cells):
        self.silent = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(self.silent, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        model_parameters = llama_cpp.llama_model_default_params()
        model_parameters.n_gpu_layers = 0
        self.model = llama_cpp.llama_model_load_from_file(options.model.encode(), model_parameters)
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = cells
        parameters.n_batch = parameters.n_ubatch = options.ubatch
        parameters.n_seq_max = options.batch + 1
        parameters.n_threads = parameters.n_threads_batch = options.threads
        parameters.flash_attn_type = FLASH[options.flash]
        parameters.kv_unified = True
        self.context = llama_cpp.llama_init_from_model(self.model, parameters)
        if not self.context:
            raise SystemExit(f"llama.cpp cannot open {options.model}")
        self.memory = llama_cpp.llama_get_memory(self.context)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        self.limit = options.ubatch
        self.batch = llama_cpp.llama_batch_init(self.limit, 0, 1)

    def add(self, token, position, sequence, wanted):
        batch, index = self.batch, self.batch.n_tokens
        batch.token[index], batch.pos[index] = token, position
        batch.n_seq_id[index], batch.seq_id[index][0] = 1, sequence
        batch.logits[index] = wanted
        batch.n_tokens += 1

    def decode(self):
        status = llama_cpp.llama_decode(self.context, self.batch)
        self.batch.n_tokens = 0
        if status:
            raise SystemExit(f"llama_decode answered {status}")

    def greedy(self, index):
        logits = llama_cpp.llama_get_logits_ith(self.context, index)
        return int(numpy.ctypeslib.as_array(logits, (self.size,)).argmax())

    def ends(self, token):
        return llama_cpp.llama_vocab_is_eog(self.vocabulary, token)

    def prefill(self, ids, sequence):
        for start in range(0, len(ids), self.limit):
            for position, token in enumerate(ids[start : start + self.limit], start):
                self.add(token, position, sequence, False)
            self.decode()

    def step(self, rows):
        """One pass: decoding rows first, then prompt chunks. Returns the rows with a new token."""
        asked, room = [], self.limit
        for row in sorted(rows, key=lambda row: row.pending() > 1):
            count = min(row.pending(), room)
            for position in range(row.done, row.done + count):
                last = position == len(row.ids) - 1
                self.add(row.ids[position], position, row.sequence, last)
            row.done, room = row.done + count, room - count
            if not row.pending():
                asked.append((row, self.batch.n_tokens - 1))
        self.decode()
        tokens = [self.greedy(index) for _, index in asked]
        for (row, _), token in zip(asked, tokens):
            row.ids.append(token)
        return [row for row, _ in asked]


def shared_length(rows):
    """Tokens that all prompts start with; each row keeps at least one of its own."""
    prompts = [row["prompt_ids"] for row in rows]
    alike = os.path.commonprefix(prompts) if len(prompts) > 1 else []
    return min([len(alike)] + [len(prompt) - 1 for prompt in prompts])


def finished(engine, row):
    generated = row.generated()
    stopped = not row.fields["ignore_stop"] and engine.ends(generated[-1])
    return stopped or len(generated) >= row.fields["max_tokens"]


class Sequences:
    """Rows that are in llama.cpp's sequences, or were until another takes their place."""

    def __init__(self, engine, shared, count):
        self.engine = engine
        self.held = {count: Row({"prompt_ids": shared}, count, len(shared))}
        self.free = collections.deque(range(count))

    def reusable(self, sequence, prompt):
        """Tokens at the prompt's start that a sequence holds; the last one is always computed."""
        row = self.held.get(sequence)
        return len(os.path.commonprefix([prompt[:-1], row.ids[: row.done]])) if row else 0

    def admit(self, fields):
        prompt, memory = fields["prompt_ids"], self.engine.memory
        source = max(self.held, key=lambda sequence: self.reusable(sequence, prompt))
        length = self.reusable(source, prompt)
        target = source if source in self.free else self.free[0]
        self.free.remove(target)
        if target == source:
            llama_cpp.llama_memory_seq_rm(memory, target, length, -1)
        else:
            llama_cpp.llama_memory_seq_rm(memory, target, -1, -1)
            llama_cpp.llama_memory_seq_cp(memory, source, target, 0, length)
        self.held[target] = Row(fields, target, length)
        return self.held[target]


def generate(engine, rows, count):
    shared = rows[0]["prompt_ids"][: shared_length(rows)]
    engine.prefill(shared, count)
    sequences = Sequences(engine, shared, count)
    waiting, active, outputs = collections.deque(rows), [], {}
    while waiting or active:
        while waiting and sequences.free:
            active.append(sequences.admit(waiting.popleft()))
        for row in engine.step(active):
            if finished(engine, row):
                outputs[row.fields["id"]] = row.generated()
                sequences.free.append(row.sequence)
                active.remove(row)
    return outputs


def cells(rows, sequences):
    """KV cells that the longest rows need, in steps of 256."""
    shared = shared_length(rows)
    lengths = sorted((len(row["prompt_ids"]) + row["max_tokens"] - shared for row in rows), reverse=True)
    return -(-(sum(lengths[:sequences]) + shared) // 256) * 256


def main():
    parser = measured.options("llama.cpp", "GGUF file")
    parser.add_argument("--ubatch", type=int, default=512, help="tokens of one pass")
    parser.add_argument("--flash", choices=FLASH, default="auto", help="flash attention")
    chosen = parser.parse_args()
    measured.report(
        "llama.cpp",
        llama_cpp.__version__,
        chosen,
        lambda rows: Engine(chosen, cells(rows, chosen.batch)),
        lambda engine, rows: generate(engine, rows, chosen.batch),
    )


if __name__ == "__main__":
    main()
