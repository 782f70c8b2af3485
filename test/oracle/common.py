"""What the make_*.py scripts share: running a case in PyTorch and writing it down. Run them with Debian's python3 (python3-torch).

PyTorch computes in float64 on inputs that are exact in float32; results are rounded to float32 once, when they are written. So a fixture
holds the right value to half a unit in the last place, and tolerances speak of Gradus alone. `native=True` computes in float32 and int32.

Gradients are those of sum(out * weights), where weights[i] = ((7 i + 3) mod 11 - 4.5) / 4 in row-major order, for each floating result.
A line of a fixture is one case: { op, note?, inputs, args, outputs, gradients }. `args` follow the tensors in the call of Gradus.
"""
import json
import math
import os
import platform

import numpy as np
import torch

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
NAMES = {
    torch.float32: "float32",
    torch.float64: "float32",
    torch.int32: "int32",
    torch.int64: "int32",
    torch.uint8: "uint8",
    torch.bool: "bool",
}


def weights_for(tensor):
    i = torch.arange(tensor.numel(), dtype=torch.float64)
    return (((7 * i + 3) % 11 - 4.5) / 4).reshape(tensor.shape).to(tensor.dtype)


def number(value):
    """Shortest text that reads back as the same float32; strings for what JSON lacks."""
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    value = np.float32(value)
    if np.isnan(value):
        return '"NaN"'
    if np.isinf(value):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    if value == int(value) and abs(value) < 1e7:
        return str(int(value))
    return np.format_float_scientific(value, trim="-", exp_digits=1).replace("e+0", "").replace("e+", "e") if (
        abs(value) < 1e-4 or abs(value) >= 1e7
    ) else np.format_float_positional(value, trim="-")


def encode(tensor):
    flat = tensor.detach().contiguous().reshape(-1).numpy()
    with np.errstate(over="ignore"):
        data = ",".join(number(v) for v in flat)
    shape = json.dumps(list(tensor.shape), separators=(",", ":"))
    return '{"dtype":"%s","shape":%s,"data":[%s]}' % (NAMES[tensor.dtype], shape, data)


def jsonable(value):
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Fixture:
    """Collects cases and writes them to fixtures/<name>.json."""

    def __init__(self, name):
        self.name = name
        self.lines = []

    def case(self, op, run, inputs, args=(), note=None, gradients=True, native=False):
        """Runs `run(*inputs)` and notes the case.

        op: name of the operation in Gradus; run: the PyTorch function; inputs: float32 / int32 / bool / uint8 tensors;
        args: what follows the tensors in Gradus' call, as JSON; gradients: False where none are to be compared,
        or a list of truths, one an input.
        """
        wants = gradients if isinstance(gradients, list) else [gradients] * len(inputs)
        work = []
        for x, wanted in zip(inputs, wants):
            if x.is_floating_point():
                x = x.detach().clone() if native else x.detach().double()
                x.requires_grad_(wanted)
            elif x.dtype == torch.int32 and not native:
                x = x.long()
            work.append(x)
        outputs = run(*work)
        outputs = [outputs] if torch.is_tensor(outputs) else list(outputs)
        floating = [o for o in outputs if o.is_floating_point() and o.requires_grad]
        grads = "null"
        if any(wants) and floating:
            # A product with 0 * inf would be NaN: backward is called with the weights instead.
            torch.autograd.backward(floating, [weights_for(o) for o in floating])
            grads = "[%s]" % ",".join(
                "null" if not x.requires_grad else encode(x.grad if x.grad is not None else torch.zeros_like(x)) for x in work
            )
        fields = ['"op":%s' % json.dumps(op)]
        if note is not None:
            fields.append('"note":%s' % json.dumps(note))
        fields.append('"inputs":[%s]' % ",".join(encode(x) for x in inputs))
        fields.append('"args":%s' % json.dumps(jsonable(args), separators=(",", ":")))
        fields.append('"outputs":[%s]' % ",".join(encode(o) for o in outputs))
        fields.append('"gradients":%s' % grads)
        self.lines.append("{%s}" % ",".join(fields))

    def write(self):
        versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
        path = os.path.join(FOLDER, self.name + ".json")
        os.makedirs(FOLDER, exist_ok=True)
        with open(path, "w") as file:
            file.write('{"versions":%s,"cases":[\n%s\n]}\n' % (json.dumps(versions), ",\n".join(self.lines)))
        print("%s: %d cases, %d bytes" % (path, len(self.lines), os.path.getsize(path)))


class Draw:
    """Random inputs that are exact in float32, the same on every run."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def normal(self, *shape, scale=1.0, shift=0.0):
        return self._rounded(self.rng.standard_normal(shape) * scale + shift)

    def uniform(self, low, high, *shape):
        return self._rounded(self.rng.uniform(low, high, shape))

    def integers(self, low, high, *shape):
        return torch.from_numpy(self.rng.integers(low, high, shape).astype(np.int32)) if shape else torch.tensor(int(self.rng.integers(low, high)), dtype=torch.int32)

    def truths(self, *shape):
        return torch.from_numpy(np.asarray(self.rng.random(shape) < 0.5))

    def _rounded(self, values):
        """Three decimals keep the fixtures small."""
        return torch.from_numpy(np.asarray(np.round(values, 3), dtype=np.float32))


SPECIAL = torch.tensor(
    [float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-30, -1e-30, 1e30, -1e30],
    dtype=torch.float32,
)
