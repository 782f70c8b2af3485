"""Curves of PyTorch's learning-rate schedules over 200 steps: the rate of step t before it is taken, t = 0 … 199."""
import json
import math
import pathlib

import torch

STEPS = 200
L = torch.optim.lr_scheduler


def curve(make, lr=0.1, momentum=False):
    p = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=lr, momentum=0.9)
    scheduler = make(optimizer)
    rates, momenta = [], []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step()
    return {"rates": rates, "momenta": momenta} if momentum else {"rates": rates}


def plateau(metrics, lr=0.1, **options):
    """The rate after each of the metrics."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = L.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for value in metrics:
        scheduler.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    return {"metrics": metrics, "rates": rates}


def sequence(optimizer):
    """Built part by part: PyTorch 1.13 lets inner schedules move the optimizer when they are made."""
    warm = L.LinearLR(optimizer, start_factor=0.1, total_iters=20)
    fall = L.ExponentialLR(optimizer, gamma=0.97)
    return L.SequentialLR(optimizer, schedulers=[warm, fall], milestones=[20])


noisy = [round(1 / (1 + 0.2 * t) + 0.05 * math.sin(7 * t), 4) for t in range(STEPS)]
cases = {
    "constant": curve(lambda o: L.ConstantLR(o, factor=0.5, total_iters=1000)),
    "lambda": curve(lambda o: L.LambdaLR(o, lambda t: 1 / (1 + t))),
    "multiplicative": curve(lambda o: L.MultiplicativeLR(o, lambda t: 1 - 1 / (t + 10))),
    "step": curve(lambda o: L.StepLR(o, step_size=30, gamma=0.5)),
    "multiStep": curve(lambda o: L.MultiStepLR(o, milestones=[20, 50, 51, 150], gamma=0.3)),
    "exponential": curve(lambda o: L.ExponentialLR(o, gamma=0.98)),
    "polynomial": curve(lambda o: L.PolynomialLR(o, total_iters=150, power=2.0)),
    "cosine": curve(lambda o: L.CosineAnnealingLR(o, T_max=200, eta_min=0.001)),
    "cosine twice": curve(lambda o: L.CosineAnnealingLR(o, T_max=40)),
    "cosineRestarts": curve(lambda o: L.CosineAnnealingWarmRestarts(o, T_0=30, eta_min=0.01)),
    "cosineRestarts growing": curve(lambda o: L.CosineAnnealingWarmRestarts(o, T_0=15, T_mult=2)),
    "triangular": curve(lambda o: L.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=20, cycle_momentum=False), lr=0.01),
    "triangular2": curve(
        lambda o: L.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=15, step_size_down=30, mode="triangular2", cycle_momentum=False), lr=0.01
    ),
    "expRange": curve(
        lambda o: L.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=20, mode="exp_range", gamma=0.99, cycle_momentum=False), lr=0.01
    ),
    "oneCycle": curve(lambda o: L.OneCycleLR(o, max_lr=0.1, total_steps=201), momentum=True),
    "oneCycle linear": curve(
        lambda o: L.OneCycleLR(o, max_lr=0.5, total_steps=201, pct_start=0.4, anneal_strategy="linear", base_momentum=0.8, max_momentum=0.9, div_factor=10, final_div_factor=100),
        momentum=True,
    ),
    "linearWarmup": curve(lambda o: L.LinearLR(o, start_factor=0.1, total_iters=50)),
    "sequence": curve(sequence),
    "chain": curve(lambda o: L.ChainedScheduler([L.LinearLR(o, start_factor=0.1, total_iters=20), L.ExponentialLR(o, gamma=0.98)])),
}
plateaus = {
    "usual": plateau(noisy, factor=0.5, patience=3),
    "cooldown": plateau(noisy, factor=0.5, patience=2, cooldown=5, min_lr=0.005),
    "max": plateau([1 - x for x in noisy], mode="max", factor=0.3, patience=4, threshold=0.01),
    "absolute": plateau(noisy, factor=0.5, patience=3, threshold=0.02, threshold_mode="abs"),
}
path = pathlib.Path(__file__).parent / "fixtures" / "schedules.json"
text = json.dumps({"versions": {"torch": torch.__version__}, "cases": cases, "plateaus": plateaus}, separators=(",", ":"))
path.write_text(text.replace('},"', '},\n"') + "\n")
print(path, path.stat().st_size)
