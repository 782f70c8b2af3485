"""Fixtures of layers: whole nn modules with their parameters. Run: /usr/bin/python3 test/oracle/make_layers.py

A case is { op: the layer's name in a config, args: [its options], inputs: x, then the parameters in the order of the layer's fields }.
"""
import torch
from torch import nn
from torch.nn.utils.stateless import functional_call

from common import Draw, Fixture

draw = Draw(23)

TABLE = {
    "ceilMode": "ceil_mode",
    "countIncludePad": "count_include_pad",
    "outputPadding": "output_padding",
    "epsilon": "eps",
    "affine": "affine",
    "kernel": "kernel_size",
}


def torch_names(options):
    return {TABLE.get(k, k): v for k, v in options.items()}


def distinct(*shape):
    """Values without ties, so that a maximum has one place."""
    count = 1
    for length in shape:
        count *= length
    order = draw.rng.permutation(count)
    return torch.from_numpy((order / 8 - count / 16).astype("float32")).reshape(shape)


def layer(f, op, module, x, options=None, note=None, after=None, parameters=None):
    """One case: the module in training mode, its parameters drawn."""
    module = module.double()
    names = [name for name, _ in module.named_parameters()]
    values = parameters or [draw.normal(*p.shape) for p in module.parameters()]
    count = len(names)

    def run(x, *given):
        y = functional_call(module, dict(zip(names, given[:count])), (x,)) if count else module(x)
        return y if after is None else after(y)

    grads = [x.is_floating_point()] + [True] * count
    f.case(op, run, [x, *values], [options or {}], note=note, gradients=grads)


def convolutions():
    f = Fixture("layers-conv")
    images = [
        (2, 3, 6, 5, {"out": 4, "kernel": 3}),
        (1, 2, 6, 6, {"out": 3, "kernel": [3, 2], "stride": [2, 1], "padding": [1, 0]}),
        (1, 2, 5, 5, {"out": 3, "kernel": 3, "padding": "same"}),
        (1, 2, 5, 6, {"out": 2, "kernel": 2, "padding": "same", "dilation": 2}),
        (1, 4, 5, 5, {"out": 6, "kernel": 3, "groups": 2, "padding": 1, "bias": False}),
        (1, 4, 5, 4, {"out": 4, "kernel": 3, "groups": "depthwise", "padding": 1}),
        (1, 4, 5, 4, {"out": 8, "kernel": 3, "groups": "depthwise", "stride": 2}),
        (2, 3, 4, 4, {"out": 5, "kernel": 1}),
    ]

    def conv_options(o, channels):
        o = torch_names({k: v for k, v in o.items() if k != "out"})
        if o.get("groups") == "depthwise":
            o["groups"] = channels
        return o

    for n, c, h, w, o in images:
        layer(f, "conv2d", nn.Conv2d(c, o["out"], **conv_options(o, c)), draw.normal(n, c, h, w), o)
    for n, c, h, w, o in images[:3]:
        layer(f, "conv2d+relu", nn.Sequential(nn.Conv2d(c, o["out"], **conv_options(o, c)), nn.ReLU()), draw.normal(n, c, h, w), o)
    for n, c, t, o in [
        (2, 3, 7, {"out": 4, "kernel": 3}),
        (1, 4, 9, {"out": 2, "kernel": 4, "stride": 2, "padding": 1, "groups": 2}),
        (1, 2, 8, {"out": 3, "kernel": 3, "dilation": 2, "padding": "same", "bias": False}),
    ]:
        layer(f, "conv1d", nn.Conv1d(c, o["out"], **conv_options(o, c)), draw.normal(n, c, t), o)
    for n, c, h, w, o in [
        (2, 3, 3, 4, {"out": 2, "kernel": 3}),
        (1, 4, 3, 3, {"out": 2, "kernel": 4, "stride": 2, "padding": 1, "groups": 2}),
        (1, 2, 3, 2, {"out": 3, "kernel": [3, 2], "stride": [3, 2], "outputPadding": [2, 1], "bias": False}),
        (1, 2, 3, 3, {"out": 2, "kernel": 2, "dilation": 2}),
    ]:
        layer(f, "convTranspose2d", nn.ConvTranspose2d(c, o["out"], **conv_options(o, c)), draw.normal(n, c, h, w), o)
    for n, c, t, o in [(2, 3, 4, {"out": 2, "kernel": 3}), (1, 2, 4, {"out": 3, "kernel": 4, "stride": 2, "padding": 1, "outputPadding": 1})]:
        layer(f, "convTranspose1d", nn.ConvTranspose1d(c, o["out"], **conv_options(o, c)), draw.normal(n, c, t), o)
    layer(f, "linear", nn.Linear(4, 3), draw.normal(5, 4), {"out": 3})
    layer(f, "linear", nn.Linear(4, 2, bias=False), draw.normal(2, 3, 4), {"out": 2, "bias": False})
    f.write()


def shapes():
    f = Fixture("layers-shape")
    for o in [{"kernel": 2}, {"kernel": 3, "stride": 2, "padding": 1}, {"kernel": [2, 3], "stride": [1, 2], "ceilMode": True}, {"kernel": 2, "dilation": 2}]:
        layer(f, "maxPool2d", nn.MaxPool2d(**torch_names(o)), distinct(1, 2, 6, 7), o)
    for o in [{"kernel": 2}, {"kernel": 3, "stride": 2, "padding": 1, "countIncludePad": False}, {"kernel": [2, 3], "ceilMode": True, "padding": [1, 1]}]:
        layer(f, "avgPool2d", nn.AvgPool2d(**torch_names(o)), draw.normal(1, 2, 6, 7), o)
    for o in [{"kernel": 2}, {"kernel": 3, "stride": 2, "padding": 1, "dilation": 2}]:
        layer(f, "maxPool1d", nn.MaxPool1d(**torch_names(o)), distinct(2, 2, 9), o)
    for o in [{"kernel": 2}, {"kernel": 3, "stride": 2, "padding": 1, "ceilMode": True}]:
        layer(f, "avgPool1d", nn.AvgPool1d(**torch_names(o)), draw.normal(2, 2, 8), o)
    for size in [1, [3, 2], 4]:
        layer(f, "adaptiveAvgPool2d", nn.AdaptiveAvgPool2d(size), draw.normal(1, 2, 7, 5), {"size": size})
        layer(f, "adaptiveMaxPool2d", nn.AdaptiveMaxPool2d(size), distinct(1, 2, 7, 5), {"size": size})
    layer(f, "globalAvgPool", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), draw.normal(2, 3, 4, 5))
    layer(f, "globalAvgPool", nn.Sequential(nn.AdaptiveAvgPool1d(1), nn.Flatten()), draw.normal(2, 3, 7))
    layer(f, "flatten", nn.Flatten(), draw.normal(2, 3, 2, 2))
    layer(f, "reshape", nn.Unflatten(1, (2, 3)), draw.normal(2, 6), {"shape": [2, 3]})
    for factor in [2, [3, 1], [2, 3], 4]:
        scale = tuple(map(float, factor)) if isinstance(factor, list) else float(factor)
        layer(f, "upsample", nn.Upsample(scale_factor=scale, mode="nearest"), draw.normal(1, 2, 3, 4), {"factor": factor})
        layer(
            f, "upsample", nn.Upsample(scale_factor=scale, mode="bilinear", align_corners=False), draw.normal(1, 2, 3, 4), {"factor": factor, "mode": "bilinear"}
        )
    layer(f, "upsample", nn.Upsample(scale_factor=3.0, mode="bilinear", align_corners=False), draw.normal(1, 1, 1, 1), {"factor": 3, "mode": "bilinear"})
    tokens = draw.integers(0, 6, 3, 4)
    layer(f, "embedding", nn.Embedding(6, 5), tokens, {"count": 6, "dim": 5})
    for mode in ["mean", "sum"]:
        layer(f, "embeddingBag", nn.EmbeddingBag(6, 5, mode=mode), tokens, {"count": 6, "dim": 5, "mode": mode})
    f.write()


class BasicBlock(nn.Module):
    """As torchvision's, with the fields in Gradus' order."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


class RmsNorm(nn.Module):
    """Zhang & Sennrich 2019, equation 4; PyTorch 1.13 has none."""

    def __init__(self, features, eps=1e-6, affine=True):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features)) if affine else None
        self.eps = eps

    def forward(self, x):
        y = x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return y if self.weight is None else y * self.weight


def normalisations():
    f = Fixture("layers-norm")
    for x, o in [([6, 3], {}), ([3, 2, 3, 2], {}), ([3, 2, 4], {"epsilon": 0.01}), ([5, 2], {"affine": False}), ([2, 3, 3, 3], {"momentum": 0.3})]:
        kind = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d}[len(x)]
        layer(f, "batchNorm", kind(x[1], **torch_names(o)), draw.normal(*x, scale=2, shift=1), o)
        layer(f, "batchNorm+relu", nn.Sequential(kind(x[1], **torch_names(o)), nn.ReLU()), draw.normal(*x, scale=2, shift=1), o)
    for x, o in [([3, 5], {}), ([2, 3, 4], {}), ([2, 3, 4], {"axes": 2}), ([3, 4], {"epsilon": 0.1, "affine": False})]:
        axes = o.get("axes", 1)
        options = {"eps": o.get("epsilon", 1e-5), "elementwise_affine": o.get("affine", True)}
        layer(f, "layerNorm", nn.LayerNorm(x[-axes:], **options), draw.normal(*x), o)
    for x, o in [([2, 4, 3], {"groups": 2}), ([2, 4, 2, 2], {"groups": 1}), ([3, 6], {"groups": 3, "affine": False})]:
        layer(f, "groupNorm", nn.GroupNorm(o["groups"], x[1], affine=o.get("affine", True)), draw.normal(*x), o)
    for x, o in [([2, 3, 4], {}), ([2, 3, 2, 3], {"affine": True}), ([2, 2, 5], {"affine": True, "epsilon": 0.1})]:
        kind = nn.InstanceNorm1d if len(x) == 3 else nn.InstanceNorm2d
        layer(f, "instanceNorm", kind(x[1], **torch_names(o)), draw.normal(*x), o)
    for x, o in [([3, 5], {}), ([2, 3, 4], {"epsilon": 0.1}), ([3, 4], {"affine": False})]:
        layer(f, "rmsNorm", RmsNorm(x[-1], **torch_names(o)), draw.normal(*x), o)
    for inputs, outputs, stride in [(2, 2, 1), (2, 3, 2), (2, 3, 1)]:
        o = {"out": outputs, "stride": stride}
        layer(f, "basicBlock", BasicBlock(inputs, outputs, stride), draw.normal(2, inputs, 4, 4), o)

    # Several training steps, then inference: outputs, running statistics, output at inference.
    for shape, o in [([5, 3], {}), ([2, 3, 2, 2], {"momentum": 0.3}), ([4, 2], {"momentum": "cumulative"}), ([2, 2, 3], {"momentum": "cumulative", "epsilon": 0.1})]:
        batches = [draw.normal(*shape, scale=i + 1, shift=i) for i in range(4)]

        def run(scale, shift, *xs, o=o, c=shape[1], rank=len(shape)):
            momentum = None if o.get("momentum") == "cumulative" else o.get("momentum", 0.1)
            module = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d}[rank](c, eps=o.get("epsilon", 1e-5), momentum=momentum).double()
            outputs = [functional_call(module, {"weight": scale, "bias": shift}, (x,)) for x in xs]
            module.eval()
            outputs.append(functional_call(module, {"weight": scale, "bias": shift}, (xs[-1],)))
            return outputs + [module.running_mean.clone(), module.running_var.clone()]

        # functional_call leaves buffers moved, as a plain call would.
        f.case("batchNormSteps", run, [draw.normal(shape[1]), draw.normal(shape[1]), *batches], [o])

    # The state of a module that PyTorch trained, in float32, and what PyTorch itself answers in float32.
    for shape in [[8, 5], [3, 4, 3, 3]]:
        module = (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(shape[1])
        with torch.no_grad():
            module.weight.copy_(draw.normal(shape[1]))
            module.bias.copy_(draw.normal(shape[1]))
        for _ in range(3):
            module(draw.normal(*shape, scale=2, shift=1))
        module.eval()
        state = module.state_dict()
        inputs = [draw.normal(*shape, scale=2), *(state[key].clone() for key in ["weight", "bias", "running_mean", "running_var"])]

        def answer(x, *_):
            return module(x).detach()

        f.case("batchNormLoaded", answer, inputs, [{}], gradients=False, native=True)
    f.write()


convolutions()
shapes()
normalisations()
