"""Attention and transformer blocks: values and gradients in everything, by PyTorch. Writes fixtures/attention.json.

PyTorch's bool masks say which keys to ignore, those of Gradus which may be seen: fixtures hold PyTorch's, the test turns them round.
Projections come apart, as in Gradus: query, key, value, output, each weight and bias; PyTorch gets the first three stacked.
"""
import torch
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call

from common import Draw, Fixture

BATCH, TIME, KEYS, FEATURES, HEADS, HIDDEN = 2, 4, 3, 6, 2, 5


def projections(draw, key=FEATURES, value=FEATURES, bias=True):
    found = []
    for columns in (FEATURES, key, value, FEATURES):
        found.append(draw.normal(FEATURES, columns, scale=0.5))
        if bias:
            found.append(draw.normal(FEATURES, scale=0.5))
    return found


def unpack(rest, bias):
    if bias:
        wq, bq, wk, bk, wv, bv, wo, bo = rest
        return wq, wk, wv, wo, torch.cat([bq, bk, bv]), bo
    wq, wk, wv, wo = rest
    return wq, wk, wv, wo, None, None


def attention(fixture, draw, note, cross=None, bias=True, masks=(), name="multiHeadAttention"):
    """cross: None for self-attention, else the features of keys and values; masks: (name, truths), true where ignored."""
    x = draw.normal(BATCH, TIME, FEATURES)
    others = [] if cross is None else [draw.normal(BATCH, KEYS, cross[0]), draw.normal(BATCH, KEYS, cross[1])]
    sizes = (FEATURES, FEATURES) if cross is None else cross
    inputs = [x, *others, *projections(draw, *sizes, bias=bias), *[mask for _, mask in masks]]

    def run(x, *rest):
        key, value = rest[:2] if cross is not None else (x, x)
        rest = rest[len(others) :]
        named = dict(zip([n for n, _ in masks], rest[len(rest) - len(masks) :])) if masks else {}
        wq, wk, wv, wo, stacked_bias, bo = unpack(rest[: len(rest) - len(masks)], bias)
        output, weights = F.multi_head_attention_forward(
            x.transpose(0, 1), key.transpose(0, 1), value.transpose(0, 1), FEATURES, HEADS,
            None, stacked_bias, None, None, False, 0.0, wo, bo,
            training=True, key_padding_mask=named.get("keyMask"), need_weights=True, attn_mask=named.get("mask"),
            use_separate_proj_weight=True, q_proj_weight=wq, k_proj_weight=wk, v_proj_weight=wv, average_attn_weights=False,
        )
        return [output.transpose(0, 1), weights]

    args = {"heads": HEADS, "bias": bias, "cross": cross is not None, "masks": [n for n, _ in masks]}
    fixture.case(name, run, inputs, [args], note=note, gradients=[i.is_floating_point() for i in inputs])


def block(fixture, draw, note, masks=(), **options):
    inputs = [
        draw.normal(BATCH, TIME, FEATURES),
        *projections(draw),
        draw.normal(HIDDEN, FEATURES, scale=0.5), draw.normal(HIDDEN, scale=0.5),
        draw.normal(FEATURES, HIDDEN, scale=0.5), draw.normal(FEATURES, scale=0.5),
        draw.normal(FEATURES, scale=0.3, shift=1.0), draw.normal(FEATURES, scale=0.3),
        draw.normal(FEATURES, scale=0.3, shift=1.0), draw.normal(FEATURES, scale=0.3),
        *[mask for _, mask in masks],
    ]

    def run(x, *rest):
        named = dict(zip([n for n, _ in masks], rest[16:]))
        wq, wk, wv, wo, stacked_bias, bo = unpack(rest[:8], True)
        w1, b1, w2, b2, g1, s1, g2, s2 = rest[8:16]
        module = torch.nn.TransformerEncoderLayer(
            FEATURES, HEADS, HIDDEN, dropout=0.0, activation=options.get("activation", "relu"), batch_first=True,
            norm_first=options.get("normFirst", False),
        ).double()
        values = {
            "self_attn.in_proj_weight": torch.cat([wq, wk, wv]), "self_attn.in_proj_bias": stacked_bias,
            "self_attn.out_proj.weight": wo, "self_attn.out_proj.bias": bo,
            "linear1.weight": w1, "linear1.bias": b1, "linear2.weight": w2, "linear2.bias": b2,
            "norm1.weight": g1, "norm1.bias": s1, "norm2.weight": g2, "norm2.bias": s2,
        }
        return functional_call(module, values, (x, named.get("mask"), named.get("keyMask")))

    args = {"heads": HEADS, "hidden": HIDDEN, "masks": [n for n, _ in masks], **options}
    fixture.case("transformerEncoderLayer", run, inputs, [args], note=note, gradients=[i.is_floating_point() for i in inputs])


fixture = Fixture("attention")
draw = Draw(20250802)
padding = torch.tensor([[False, False, True, True], [False, False, False, False]])
causal = torch.ones(TIME, TIME).triu(1).bool()
some = torch.tensor([[False, True, False], [True, False, False], [False, False, False], [True, True, False]])
attention(fixture, draw, "self")
attention(fixture, draw, "self, no bias", bias=False)
attention(fixture, draw, "self, padding", masks=[("keyMask", padding)])
attention(fixture, draw, "self, causal mask", masks=[("mask", causal)])
attention(fixture, draw, "self, padding and causal mask", masks=[("keyMask", padding), ("mask", causal)])
attention(fixture, draw, "cross, mask", cross=(FEATURES, FEATURES), masks=[("mask", some)])
attention(fixture, draw, "cross, other features", cross=(4, 3))
block(fixture, draw, "post-norm")
block(fixture, draw, "pre-norm, gelu", normFirst=True, activation="gelu")
block(fixture, draw, "post-norm, padding", masks=[("keyMask", padding)])
block(fixture, draw, "pre-norm, causal mask", normFirst=True, masks=[("mask", causal)])
fixture.write()
