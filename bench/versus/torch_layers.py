"""Forward and backward of single layers in PyTorch, for `npm run bench -- layers`.

    echo '{"work": "layerNorm 100x100", "variant": "eager", "steps": 100}' | /usr/bin/python3 torch_layers.py --threads 1

answers each JSON line with `{"times": [...]}`, microseconds a step. A work is a layer and a shape; a step runs the layer in training
mode on an input that wants its gradient, and sends a gradient of ones back into the input and the parameters.
"""
import argparse
import json
import sys

import torch
from torch import nn

from torch_steps import prepare, step_times

WARMUP_STEPS = 5


def make(name, shape):
    if name == "batchNorm":
        return nn.BatchNorm2d(shape[1]) if len(shape) == 4 else nn.BatchNorm1d(shape[1])
    return {"layerNorm": lambda: nn.LayerNorm(shape[-1]), "dropout": lambda: nn.Dropout(0.5)}[name]()


def stepper(work):
    name, text = work.split(" ")
    shape = [int(length) for length in text.split("x")]
    layer = make(name, shape)
    x = torch.randn(shape, requires_grad=True)
    gradient = torch.ones(shape)
    leaves = [x, *layer.parameters()]

    def step():
        for leaf in leaves:
            leaf.grad = None
        layer(x).backward(gradient)

    for _ in range(WARMUP_STEPS):
        step()
    return step


def main():
    parser = argparse.ArgumentParser(description="PyTorch's side of `npm run bench -- layers`")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    prepare(args.threads)
    steppers = {}
    for line in sys.stdin:
        command = json.loads(line)
        work = command["work"]
        if work not in steppers:
            steppers[work] = stepper(work)
        print(json.dumps({"times": step_times(steppers[work], command["steps"])}), flush=True)


if __name__ == "__main__":
    main()
