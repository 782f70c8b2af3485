"""Training steps of the works in PyTorch, in every form that may be its fastest.

    /usr/bin/python3 torch_steps.py --data FOLDER --only W1,W3 --threads 1 [--losses]
    /usr/bin/python3 torch_steps.py --data FOLDER --threads 1 --server

FOLDER holds what `writeWork` of ../works.ts wrote. A server answers each JSON line on stdin with one on stdout:

    {"work": "W1", "list": true}                       -> {"variants": [...], "lessWork": [...]}
    {"work": "W1", "variant": "eager", "steps": 200}   -> {"usPerStep": ..., "min": ..., "max": ..., "times": [...], ...}
    {"work": "W1", "variant": "eager", "losses": 10}   -> {"losses": [...]}, from a fresh model with dropout off

and with `{"unsupported": reason}` where it cannot.
"""
import argparse
import ctypes
import json
import statistics
import sys
import time

import torch

from torch_work import Work

WARMUP_STEPS = 5  # TorchScript's profiling executor specializes within the first three
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h


def prepare(threads):
    """Settings that only ever help: they took a third off W3 and W4 and changed no loss."""
    malloc = ctypes.CDLL(None).mallopt
    malloc(M_MMAP_MAX, 0)  # else each large tensor is new pages, faulted in one by one
    malloc(M_TRIM_THRESHOLD, 2**31 - 1)
    torch.set_flush_denormal(True)
    torch.set_num_threads(threads)
    # Debian's PyTorch does not know which BLAS it got, and OpenBLAS takes every core by itself.
    ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(threads)


def step_times(step, count):
    times = []
    for _ in range(count):
        start = time.perf_counter_ns()
        step()
        times.append((time.perf_counter_ns() - start) / 1000)
    return times


class Bench:
    """Keeps each work and each warmed-up variant between commands, so that short rounds measure only steps."""

    def __init__(self, folder, threads):
        self.folder, self.threads = folder, threads
        self.works, self.steppers = {}, {}

    def work(self, name):
        if name not in self.works:
            self.works[name] = Work(self.folder, name)
        return self.works[name]

    def losses(self, name, variant, count):
        step = self.work(name).stepper(variant, dropout=False)
        return [step().item() for _ in range(count)]

    def steps(self, name, variant, count):
        if (name, variant) not in self.steppers:
            self.steppers[name, variant] = self.work(name).stepper(variant)
            step_times(self.steppers[name, variant], WARMUP_STEPS)
        times = step_times(self.steppers[name, variant], count)
        spread = {"usPerStep": statistics.median(times), "min": min(times), "max": max(times)}
        about = {"work": name, "rival": "torch", "variant": variant, "threads": self.threads}
        return {**about, **spread, "steps": count, "times": times}

    def answer(self, command):
        name = command["work"]
        if "list" in command:
            variants = self.work(name).variants()
            return {"variants": variants, "lessWork": [variant for variant in variants if "sparse" in variant]}
        if "losses" in command:
            return {"losses": self.losses(name, command["variant"], command["losses"])}
        return self.steps(name, command["variant"], command["steps"])

    def serve(self):
        for line in sys.stdin:
            try:
                say(self.answer(json.loads(line)))
            except Exception as error:  # the driver decides; the next command may well work
                say({"unsupported": f"{type(error).__name__}: {error}"})

    def measure_all(self, names, seconds, with_losses):
        for name in names:
            for variant in self.work(name).variants():
                extra = {"losses": self.losses(name, variant, 10)} if with_losses else {}
                pace = self.steps(name, variant, 3)["usPerStep"]
                line = self.steps(name, variant, max(5, min(2000, int(seconds * 1e6 / pace))))
                del line["times"]
                say({**line, **extra})


def say(line):
    print(json.dumps(line), flush=True)


def main():
    parser = argparse.ArgumentParser(description="PyTorch's side of `npm run bench -- versus`")
    parser.add_argument("--data", required=True, help="folder of writeWork")
    parser.add_argument("--only", default="W1,W2,W3,W4,W5,W7,W8")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1.5, help="measuring time a variant")
    parser.add_argument("--losses", action="store_true", help="add the first 10 losses, dropout off")
    parser.add_argument("--server", action="store_true", help="answer commands on stdin")
    args = parser.parse_args()
    prepare(args.threads)
    bench = Bench(args.data, args.threads)
    if args.server:
        bench.serve()
    else:
        bench.measure_all(args.only.split(","), args.seconds, args.losses)


if __name__ == "__main__":
    main()
