"""The recurrent layers of recurrent.ts in PyTorch. Answers JSON lines: {"work": "lstm", "variant": "train", "steps": 10} -> {"times": [...]}, in µs.

    /usr/bin/python3 recurrent_torch.py --threads 1
"""
import argparse
import ctypes
import json
import sys
import time

import torch

HIDDEN, BATCH, TIME = 64, 32, 50
KINDS = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=1)
threads = parser.parse_args().threads
# As in versus/torch_steps.py: settings that only ever help.
malloc = ctypes.CDLL(None).mallopt
malloc(M_MMAP_MAX, 0)
malloc(M_TRIM_THRESHOLD, 2**31 - 1)
torch.set_flush_denormal(True)
torch.set_num_threads(threads)
ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(threads)

models = {name: kind(HIDDEN, HIDDEN, batch_first=True) for name, kind in KINDS.items()}
x = torch.randn(BATCH, TIME, HIDDEN)


def train(model):
    model.zero_grad(set_to_none=True)
    output, _ = model(x)
    output.sum().backward()


def infer(model):
    with torch.no_grad():
        model(x)


for line in sys.stdin:
    question = json.loads(line)
    step = train if question["variant"] == "train" else infer
    times = []
    for _ in range(question["steps"]):
        start = time.perf_counter()
        step(models[question["work"]])
        times.append((time.perf_counter() - start) * 1e6)
    print(json.dumps({"times": times}), flush=True)
