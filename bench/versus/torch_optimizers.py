"""Optimizer steps in PyTorch, for `npm run bench -- optimizers`.

    echo '{"work": "adam 40", "variant": "foreach", "steps": 20}' | /usr/bin/python3 torch_optimizers.py --threads 1

answers each JSON line with `{"times": [...]}`, microseconds a step. A work is a rule and the number of tensors that 10^6 parameters are
spread over; gradients are there before and stay. With "clip", the joint norm is bounded before the step.
"""
import argparse
import json
import math
import sys

import torch

from torch_steps import prepare, step_times

PARAMETER_COUNT = 1_000_000
WARMUP_STEPS = 5


def clip_foreach(parameters, max_norm):
    """The joint norm by foreach operations, as later versions of PyTorch do it."""
    gradients = [parameter.grad for parameter in parameters]
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
    torch._foreach_mul_(gradients, min(1.0, max_norm / (norm.item() + 1e-6)))


def stepper(work, foreach):
    rule, count = work.split(" ")[:2]
    torch.manual_seed(1)
    size = PARAMETER_COUNT // int(count)
    parameters = [torch.randn(size, requires_grad=True) for _ in range(int(count))]
    for parameter in parameters:
        parameter.grad = torch.randn(size)
    if rule == "norm":
        if foreach:
            return lambda: math.sqrt(sum(n.item() ** 2 for n in torch._foreach_norm([p.grad for p in parameters], 2)))
        return lambda: torch.stack([p.grad.norm() for p in parameters]).norm().item()
    make = {
        "adam": lambda: torch.optim.Adam(parameters, foreach=foreach),
        "adamW": lambda: torch.optim.AdamW(parameters, foreach=foreach),
        "momentum": lambda: torch.optim.SGD(parameters, lr=1e-3, momentum=0.9, foreach=foreach),
    }
    optimizer = make[rule]()
    if "clip" not in work:
        return optimizer.step

    def step():
        (clip_foreach if foreach else torch.nn.utils.clip_grad_norm_)(parameters, 1.0)
        optimizer.step()

    return step


def main():
    parser = argparse.ArgumentParser(description="PyTorch's side of `npm run bench -- optimizers`")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    prepare(args.threads)
    steppers = {}
    for line in sys.stdin:
        command = json.loads(line)
        key = command["work"], command["variant"]
        if key not in steppers:
            steppers[key] = stepper(command["work"], command["variant"] == "foreach")
            step_times(steppers[key], WARMUP_STEPS)
        print(json.dumps({"times": step_times(steppers[key], command["steps"])}), flush=True)


if __name__ == "__main__":
    main()
