"""Trajectories of PyTorch's optimizers: parameters after each of 20 steps on fixed gradients."""
import json
import pathlib
import torch

STEPS = 20
SIZE = 7


def trajectory(make):
    torch.manual_seed(1)
    start = torch.randn(SIZE)
    gradients = torch.randn(STEPS, SIZE)
    p = start.clone().requires_grad_()
    optimizer = make([p])
    values = []
    for g in gradients:
        p.grad = g.clone()
        optimizer.step()
        values.append(p.detach().tolist())
    return {"start": start.tolist(), "gradients": gradients.tolist(), "values": values}


cases = {
    "sgd": trajectory(lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": trajectory(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    "nesterov": trajectory(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True)),
    "adam": trajectory(lambda p: torch.optim.Adam(p, lr=0.01)),
    "adamBetas": trajectory(lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.9), eps=1e-3)),
}
path = pathlib.Path(__file__).parent / "fixtures" / "optim.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}))
