"""Fixtures of the operations of networks: convolution, pooling, normalisation, softmax, losses. Run: /usr/bin/python3 test/oracle/make_nn.py"""
import torch
import torch.nn.functional as F

from common import Draw, Fixture

draw = Draw(11)
INF = float("inf")


def pair(value):
    return value if isinstance(value, (list, str)) else [value, value]


def convolutions():
    f = Fixture("convolutions")
    # x shape, weight shape, options
    images = [
        ([2, 3, 5, 6], [4, 3, 3, 3], {}),
        ([1, 1, 1, 1], [1, 1, 1, 1], {}),
        ([2, 3, 7, 6], [4, 3, 3, 2], {"stride": [2, 1], "padding": [1, 0]}),
        ([1, 2, 8, 8], [3, 2, 3, 3], {"dilation": 2, "padding": 2}),
        ([1, 2, 9, 7], [3, 2, 2, 3], {"dilation": [2, 3], "stride": [3, 2], "padding": [2, 1]}),
        ([2, 4, 5, 5], [6, 2, 3, 3], {"groups": 2, "padding": 1}),
        ([2, 4, 6, 5], [4, 1, 3, 3], {"groups": 4, "padding": 1}),
        ([1, 4, 6, 6], [8, 1, 3, 3], {"groups": 4, "stride": 2}),
        ([2, 3, 4, 4], [5, 3, 1, 1], {}),
        ([2, 3, 5, 5], [5, 3, 1, 1], {"stride": 2}),
        ([1, 2, 5, 6], [3, 2, 4, 2], {"padding": "same"}),
        ([1, 2, 5, 6], [3, 2, 3, 2], {"padding": "same", "dilation": 2}),
        ([1, 2, 5, 6], [3, 2, 3, 3], {"padding": "valid"}),
        ([1, 2, 4, 4], [3, 2, 3, 3], {"padding": 3}),
        ([1, 2, 5, 4], [3, 2, 5, 4], {}),
        ([0, 2, 4, 4], [3, 2, 3, 3], {}),
    ]
    for x, weight, options in images:
        torch_options = {k: v for k, v in options.items()}
        inputs = [draw.normal(*x), draw.normal(*weight)]
        f.case("conv2d", lambda a, w, o=torch_options: F.conv2d(a, w, **o), inputs, [options])
    # Large enough for kernels that save products at the cost of roundings; they have a tolerance of their own.
    for x, weight in [([1, 8, 12, 12], [16, 8, 3, 3]), ([1, 16, 7, 8], [4, 16, 3, 3])]:
        f.case("conv2dLarge", lambda a, w: F.conv2d(a, w, padding=1), [draw.normal(*x), draw.normal(*weight)], [{"padding": 1}])
    for x, weight, options in images[:12:2]:
        inputs = [draw.normal(*x), draw.normal(*weight), draw.normal(weight[0])]
        f.case("conv2d", lambda a, w, b, o=options: F.conv2d(a, w, b, **o), inputs, [options], note="bias")
        f.case(
            "conv2d",
            lambda a, w, b, o=options: torch.relu(F.conv2d(a, w, b, **o)),
            inputs,
            [dict(options, activation="relu")],
            note="bias and activation",
        )
    sequences = [
        ([2, 3, 7], [4, 3, 3], {}),
        ([2, 4, 9], [4, 2, 3], {"stride": 2, "padding": 1, "groups": 2}),
        ([1, 2, 9], [3, 2, 3], {"dilation": 3, "padding": "same"}),
        ([1, 2, 6], [3, 2, 4], {"padding": "same"}),
    ]
    for x, weight, options in sequences:
        inputs = [draw.normal(*x), draw.normal(*weight), draw.normal(weight[0])]
        f.case("conv1d", lambda a, w, b, o=options: F.conv1d(a, w, b, **o), inputs, [options])
    transposed = [
        ([2, 3, 4, 5], [3, 4, 3, 3], {}),
        ([1, 2, 3, 3], [2, 3, 2, 2], {"stride": 2}),
        ([1, 2, 4, 3], [2, 3, 3, 3], {"stride": 2, "padding": 1, "outputPadding": 1}),
        ([1, 2, 3, 3], [2, 3, 3, 2], {"stride": [3, 2], "padding": [1, 0], "outputPadding": [2, 1]}),
        ([1, 4, 3, 3], [4, 2, 3, 3], {"groups": 2, "stride": 2, "padding": 1}),
        ([1, 4, 3, 4], [4, 1, 3, 3], {"groups": 4, "dilation": 2}),
        ([1, 2, 3, 3], [2, 2, 2, 2], {"dilation": 3, "outputPadding": 2}),
        ([2, 3, 4, 4], [3, 2, 1, 1], {}),
    ]

    def torch_names(o):
        return {("output_padding" if k == "outputPadding" else k): v for k, v in o.items()}

    for x, weight, options in transposed:
        inputs = [draw.normal(*x), draw.normal(*weight)]
        f.case("convTranspose2d", lambda a, w, o=torch_names(options): F.conv_transpose2d(a, w, **o), inputs, [options])
        inputs.append(draw.normal(weight[1] * options.get("groups", 1)))
        f.case("convTranspose2d", lambda a, w, b, o=torch_names(options): F.conv_transpose2d(a, w, b, **o), inputs, [options], note="bias")
    for x, weight, options in [
        ([2, 3, 5], [3, 2, 4], {"stride": 3, "padding": 1, "outputPadding": 2}),
        ([1, 4, 4], [4, 2, 3], {"groups": 2, "dilation": 2}),
    ]:
        inputs = [draw.normal(*x), draw.normal(*weight), draw.normal(weight[1] * options.get("groups", 1))]
        f.case("convTranspose1d", lambda a, w, b, o=torch_names(options): F.conv_transpose1d(a, w, b, **o), inputs, [options])
    f.write()


def distinct(*shape):
    """Values without ties, so that a maximum has one place."""
    count = 1
    for length in shape:
        count *= length
    order = draw.rng.permutation(count)
    return torch.from_numpy((order / 8 - count / 16).astype("float32")).reshape(shape)


def poolings():
    f = Fixture("poolings")
    images = [
        ([2, 3, 6, 6], 2, {}),
        ([2, 2, 7, 5], 2, {}),
        ([2, 2, 7, 5], 2, {"ceilMode": True}),
        ([1, 2, 7, 6], 3, {"stride": 2, "padding": 1}),
        ([1, 2, 8, 6], 3, {"stride": 2, "padding": 1, "ceilMode": True}),
        ([1, 2, 7, 6], [3, 2], {"stride": [1, 3], "padding": [1, 0]}),
        ([1, 2, 5, 5], 3, {"stride": 1, "padding": 1}),
        ([1, 2, 6, 7], [2, 3], {"stride": [3, 2], "padding": [1, 1], "ceilMode": True}),
        ([1, 2, 4, 4], 4, {}),
        ([1, 1, 3, 3], 1, {"stride": 2}),
        ([1, 1, 9, 5], 3, {"stride": 3, "ceilMode": True, "padding": 1}),
    ]

    def names(o):
        table = {"ceilMode": "ceil_mode", "countIncludePad": "count_include_pad"}
        return {table.get(k, k): v for k, v in o.items()}

    for x, kernel, options in images:
        f.case("maxPool2d", lambda a, k=kernel, o=names(options): F.max_pool2d(a, k, **o), [distinct(*x)], [kernel, options])
        for extra in [{}, {"countIncludePad": False}]:
            chosen = dict(options, **extra)
            f.case("avgPool2d", lambda a, k=kernel, o=names(chosen): F.avg_pool2d(a, k, **o), [draw.normal(*x)], [kernel, chosen])
    for x, kernel, options in [
        ([1, 2, 8, 9], 2, {"dilation": 2}),
        ([1, 2, 9, 9], 3, {"dilation": [2, 3], "padding": 1, "stride": 2}),
        ([1, 1, 8, 8], 3, {"dilation": 2, "padding": 1, "stride": 2, "ceilMode": True}),
    ]:
        f.case("maxPool2d", lambda a, k=kernel, o=names(options): F.max_pool2d(a, k, **o), [distinct(*x)], [kernel, options])
    for x, kernel, options in [([2, 2, 7], 2, {}), ([1, 2, 8], 3, {"stride": 2, "padding": 1, "ceilMode": True})]:
        f.case("maxPool1d", lambda a, k=kernel, o=names(options): F.max_pool1d(a, k, **o), [distinct(*x)], [kernel, options])
        f.case("avgPool1d", lambda a, k=kernel, o=names(options): F.avg_pool1d(a, k, **o), [draw.normal(*x)], [kernel, options])
    special = torch.tensor([[[[1, float("nan"), 3, 2], [0, 5, -INF, -INF], [INF, 1, -INF, -INF], [2, 2, -0.0, 0.0]]]])
    f.case("maxPool2d", lambda a: F.max_pool2d(a, 2), [special], [2, {}], note="NaN, infinities", gradients=False)
    ties = torch.ones(1, 1, 4, 4)
    f.case("maxPool2d", lambda a: F.max_pool2d(a, 2), [ties], [2, {}], note="ties: the first gets the gradient")
    for x, size in [([2, 2, 6, 6], [3, 2]), ([1, 2, 7, 5], [3, 3]), ([1, 2, 5, 7], [2, 5]), ([1, 1, 3, 2], [5, 4]), ([2, 3, 4, 5], [1, 1])]:
        f.case("adaptiveAvgPool2d", lambda a, s=size: F.adaptive_avg_pool2d(a, s), [draw.normal(*x)], [size])
        f.case("adaptiveMaxPool2d", lambda a, s=size: F.adaptive_max_pool2d(a, s), [distinct(*x)], [size])
    for x, size in [([2, 2, 7], 3), ([1, 1, 3], 5)]:
        f.case("adaptiveAvgPool1d", lambda a, s=size: F.adaptive_avg_pool1d(a, s), [draw.normal(*x)], [size])
        f.case("adaptiveMaxPool1d", lambda a, s=size: F.adaptive_max_pool1d(a, s), [distinct(*x)], [size])
    f.case("globalAvgPool2d", lambda a: a.mean((2, 3)), [draw.normal(2, 3, 4, 5)])
    f.case("globalAvgPool1d", lambda a: a.mean(2), [draw.normal(2, 3, 5)])
    f.case("upsampleNearest2d", lambda a: F.interpolate(a, scale_factor=[2, 3], mode="nearest"), [draw.normal(1, 2, 3, 2)], [[2, 3]])
    f.write()


def normalisations():
    f = Fixture("normalisations")
    for x in [[6, 3], [4, 3, 5], [3, 2, 4, 3], [2, 1], [16, 40], [1, 3, 2, 2]]:
        c = x[1]
        running = [draw.normal(c), draw.uniform(0.5, 2, c)]
        parameters = [draw.normal(c), draw.normal(c)]
        values = draw.normal(*x, scale=2, shift=3)
        want = [True, True, True, False, False]
        for training, momentum, epsilon in [(True, 0.1, 1e-5), (True, 0.7, 0.01), (False, 0.1, 1e-5)]:
            def run(a, s, b, m, v, t=training, mo=momentum, e=epsilon):
                y = F.batch_norm(a, m, v, s, b, t, mo, e)
                return [y, m, v]
            options = {"training": training, "momentum": momentum, "epsilon": epsilon}
            f.case("batchNorm", run, [values, *parameters, *running], [options], gradients=want)
        f.case("batchNormPlain", lambda a: F.batch_norm(a, None, None, training=True), [values])
        f.case(
            "batchNormRelu",
            lambda a, s, b: torch.relu(F.batch_norm(a, None, None, s, b, True)),
            [values, *parameters],
        )
    f.case("batchNormPlain", lambda a: F.batch_norm(a, None, None, training=True), [draw.normal(8, 3, shift=300)], note="far from 0")
    for x, shape in [([4, 6], [6]), ([2, 3, 5], [5]), ([2, 3, 5], [3, 5]), ([2, 1], [1])]:
        inputs = [draw.normal(*x), draw.normal(*shape), draw.normal(*shape)]
        f.case("layerNorm", lambda a, s, b, n=shape: F.layer_norm(a, n, s, b), inputs)
        f.case("layerNormPlain", lambda a, n=shape: F.layer_norm(a, n, eps=0.1), inputs[:1], [{"normalizedShape": shape, "epsilon": 0.1}])
    for x, groups in [([2, 4, 3], 2), ([3, 6], 3), ([2, 4, 2, 3], 1), ([2, 3, 4], 3)]:
        c = x[1]
        inputs = [draw.normal(*x), draw.normal(c), draw.normal(c)]
        f.case("groupNorm", lambda a, s, b, g=groups: F.group_norm(a, g, s, b), inputs, [groups])
    inputs = [draw.normal(2, 3, 4, 2), draw.normal(3), draw.normal(3)]
    f.case("instanceNorm", lambda a, s, b: F.instance_norm(a, weight=s, bias=b), inputs)
    f.write()


def losses():
    f = Fixture("losses")
    for x, axis in [([3, 5], -1), ([3, 5], 0), ([2, 3, 4], 1), ([7], 0), ([2, 1], 1), ([3, 33], 1), ([0, 4], 1)]:
        for name, function in [("softmax", F.softmax), ("logSoftmax", F.log_softmax)]:
            f.case(name, lambda a, g=function, d=axis: g(a, d), [draw.normal(*x, scale=3)], [axis])
    hard = torch.tensor([[1e4, 0, -1e4], [-INF, 0, 1], [88.0, 89.0, 90.0], [-1e30, -1e30, -1e30], [0, 0, 0]])
    f.case("softmax", lambda a: F.softmax(a, -1), [hard], [-1], note="extreme")
    f.case("logSoftmax", lambda a: F.log_softmax(a, -1), [hard], [-1], note="extreme")
    broken = torch.tensor([[float("nan"), 1, 2], [INF, 1, 2], [1.0, 2, 3]])
    f.case("softmax", lambda a: F.softmax(a, -1), [broken], [-1], note="NaN", gradients=False)

    def names(o):
        table = {"labelSmoothing": "label_smoothing", "ignoreIndex": "ignore_index"}
        return {table.get(k, k): v for k, v in o.items()}

    labels = draw.integers(0, 5, 6)
    some = torch.tensor([0, 4, -100, 1, -100, 2], dtype=torch.int32)
    for reduction in ["mean", "sum", "none"]:
        for target, extra in [
            (labels, {}),
            (labels, {"labelSmoothing": 0.1}),
            (some, {}),
            (some, {"labelSmoothing": 0.2}),
            (labels, {"ignoreIndex": int(labels[0])}),
        ]:
            options = dict(extra, reduction=reduction)
            x = draw.normal(6, 5, scale=2)
            f.case("crossEntropy", lambda a, t, o=names(options): F.cross_entropy(a, t, **o), [x, target], [options])
            weights = draw.uniform(0.2, 2, 5)
            f.case(
                "crossEntropyWeighted",
                lambda a, t, w, o=names(options): F.cross_entropy(a, t, w, **o),
                [x, target, weights],
                [options],
                gradients=[True, False, False],
            )
        probabilities = torch.softmax(draw.normal(4, 3), 1)
        for smoothing in [0, 0.3]:
            options = {"labelSmoothing": smoothing, "reduction": reduction}
            f.case("crossEntropy", lambda a, t, o=names(options): F.cross_entropy(a, t, **o), [draw.normal(4, 3), probabilities], [options], note="probabilities")
            f.case(
                "crossEntropyWeighted",
                lambda a, t, w, o=names(options): F.cross_entropy(a, t, w, **o),
                [draw.normal(4, 3), probabilities, draw.uniform(0.2, 2, 3)],
                [options],
                note="probabilities",
                gradients=[True, True, False],
            )
        options = {"reduction": reduction}
        places = draw.integers(0, 3, 2, 4)
        f.case("crossEntropy", lambda a, t, o=options: F.cross_entropy(a, t, **o), [draw.normal(2, 3, 4), places], [options], note="places")
        deep = draw.integers(0, 3, 2, 2, 2)
        f.case("crossEntropy", lambda a, t, o=options: F.cross_entropy(a, t, **o), [draw.normal(2, 3, 2, 2), deep], [options], note="places")
        f.case(
            "crossEntropy",
            lambda a, t, o=options: F.cross_entropy(a, t, **o),
            [draw.normal(2, 3, 4), torch.softmax(draw.normal(2, 3, 4), 1)],
            [options],
            note="places, probabilities",
        )
        f.case("nllLoss", lambda a, t, o=options: F.nll_loss(a, t, **o), [draw.normal(6, 5), some], [options])
        f.case("meanSquaredError", lambda a, t, o=options: F.mse_loss(a, t, **o), [draw.normal(3, 4), draw.normal(3, 4)], [options])
        f.case(
            "binaryCrossEntropyWithLogits",
            lambda a, t, o=options: F.binary_cross_entropy_with_logits(a, t, **o),
            [draw.normal(3, 4, scale=4), draw.uniform(0, 1, 3, 4)],
            [options],
        )
    f.case("crossEntropy", lambda a, t: F.cross_entropy(a, t), [draw.normal(2, 3), torch.tensor([-100, -100], dtype=torch.int32)], [{}], note="all ignored", gradients=False)
    f.case("crossEntropy", lambda a, t: F.cross_entropy(a, t), [torch.tensor([[1000.0, 0, -1000], [-INF, 2, 1]]), torch.tensor([2, 1], dtype=torch.int32)], [{}], note="extreme")
    f.case("crossEntropy", lambda a, t: F.cross_entropy(a, t), [draw.normal(0, 3), torch.zeros(0, dtype=torch.int32)], [{}], note="no rows", gradients=False)
    far = torch.tensor([0.0, 100, -100, 30, -30, 1e30])
    hit = torch.tensor([0.5, 1, 0, 1, 0, 1])
    f.case("binaryCrossEntropyWithLogits", lambda a, t: F.binary_cross_entropy_with_logits(a, t, reduction="none"), [far, hit], [{"reduction": "none"}], note="extreme")
    f.case("meanSquaredError", lambda a, t: F.mse_loss(a, t), [draw.normal(0, 4), draw.normal(0, 4)], [{}], note="no rows", gradients=False)
    f.write()


convolutions()
poolings()
normalisations()
losses()
