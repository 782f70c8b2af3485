"""Recurrent layers: values and gradients in everything, by PyTorch. Writes fixtures/recurrent.json.

Inputs of a case: x, the initial states if args say so, then the parameters in PyTorch's order: by layer, then by direction,
weight_ih, weight_hh, bias_ih, bias_hh. Outputs: the output, then the final states.
"""
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from common import Draw, Fixture

BATCH, TIME, FEATURES, HIDDEN = 3, 4, 3, 5
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
STATES = {"rnn": 1, "gru": 1, "lstm": 2}
CLASSES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


def parameters(draw, kind, layers, directions, bias, hidden):
    rows = GATES[kind] * hidden
    found = []
    for layer in range(layers):
        for _ in range(directions):
            columns = FEATURES if layer == 0 else hidden * directions
            found += [draw.normal(rows, columns, scale=0.5), draw.normal(rows, hidden, scale=0.5)]
            if bias:
                found += [draw.normal(rows, scale=0.5), draw.normal(rows, scale=0.5)]
    return found


def case(fixture, draw, kind, note, layers=1, bidirectional=False, bias=True, batch_first=True, state=False, lengths=None, hidden=HIDDEN, **extra):
    directions = 2 if bidirectional else 1
    count = STATES[kind]
    shape = (BATCH, TIME, FEATURES) if batch_first else (TIME, BATCH, FEATURES)
    states = [draw.normal(layers * directions, BATCH, hidden, scale=0.5) for _ in range(count)] if state else []
    inputs = [draw.normal(*shape), *states, *parameters(draw, kind, layers, directions, bias, hidden)]

    def run(x, *rest):
        options = {"nonlinearity": extra["activation"]} if "activation" in extra else {}
        module = CLASSES[kind](
            FEATURES, hidden, layers, bias=bias, batch_first=batch_first, bidirectional=bidirectional, **options
        ).double()
        given = rest[: len(states)]
        module._flat_weights = list(rest[len(states) :])
        initial = None if not given else given[0] if count == 1 else tuple(given)
        if lengths is None:
            output, final = module(x, initial)
        else:
            packed = pack_padded_sequence(x, lengths, batch_first=batch_first, enforce_sorted=False)
            output, final = module(packed, initial)
            output, _ = pad_packed_sequence(output, batch_first=batch_first, total_length=TIME)
        return [output, *(final if count > 1 else [final])]

    args = {"hidden": hidden, "layers": layers, "bidirectional": bidirectional, "bias": bias, "batchFirst": batch_first, "state": state, "lengths": lengths, **extra}
    fixture.case(kind, run, inputs, [args], note=note)


fixture = Fixture("recurrent")
draw = Draw(20250801)
for kind in ("rnn", "gru", "lstm"):
    case(fixture, draw, kind, "one layer")
    case(fixture, draw, kind, "time first, initial state", batch_first=False, state=True)
    case(fixture, draw, kind, "no bias", bias=False)
    case(fixture, draw, kind, "one value of state", hidden=1)
    case(fixture, draw, kind, "lengths and initial state", state=True, lengths=[2, 4, 1])
    case(fixture, draw, kind, "two layers, bidirectional, initial state", layers=2, bidirectional=True, state=True, hidden=3)
    case(fixture, draw, kind, "two layers, bidirectional, lengths", layers=2, bidirectional=True, lengths=[3, 1, 4], hidden=3)
case(fixture, draw, "rnn", "relu, lengths", activation="relu", lengths=[4, 2, 3])
fixture.write()
