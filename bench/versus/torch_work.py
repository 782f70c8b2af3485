"""Builds a work of ../works.ts in PyTorch: model with the given initial values, optimizers, batches, one step.

A variant is a set of forms joined by "+": `foreach` (one call updates all parameters), `script` (traced by
TorchScript), `channels-last`, `bag` (embedding and mean fused), `sparse` (SparseAdam: only the rows a batch saw).
"""
import json
import os

import numpy
import torch
from torch import nn
from torch.nn import functional


class GlobalAveragePool(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class MeanTokens(nn.Module):
    def forward(self, x):
        return x.mean(1)


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x), inplace=True)


class WithLoss(nn.Module):
    def __init__(self, model, loss):
        super().__init__()
        self.model = model
        self.loss = {"crossEntropy": nn.CrossEntropyLoss, "meanSquaredError": nn.MSELoss}[loss]()

    def forward(self, x, y):
        return self.loss(self.model(x), y)


def sequential(layers, options):
    return nn.Sequential(*(module_of(layer, options) for layer in layers))


def module_of(layer, options):
    match layer:
        case {"kind": "linear", "inFeatures": inputs, "outFeatures": outputs}:
            return nn.Linear(inputs, outputs)
        case {"kind": "conv2d", "inChannels": inputs, "outChannels": outputs, "kernel": kernel}:
            sizes = {"stride": layer["stride"], "padding": layer["padding"], "bias": layer["bias"]}
            return nn.Conv2d(inputs, outputs, kernel, **sizes)
        case {"kind": "batchNorm", "features": features}:
            return nn.BatchNorm2d(features) if options["images"] else nn.BatchNorm1d(features)
        case {"kind": "embedding", "count": count, "dim": dim}:
            if options["bag"]:
                return nn.EmbeddingBag(count, dim, mode="mean", sparse=options["sparse"])
            return nn.Embedding(count, dim, sparse=options["sparse"])
        case {"kind": "meanTokens"}:
            return nn.Identity() if options["bag"] else MeanTokens()
        case {"kind": "dropout", "rate": rate}:
            return nn.Dropout(rate) if options["dropout"] else nn.Identity()
        case {"kind": "maxPool2d", "size": size}:
            return nn.MaxPool2d(size)
        case {"kind": "residual", "body": body, "shortcut": shortcut}:
            return Residual(sequential(body, options), sequential(shortcut, options))
        case {"kind": "relu"}:
            return nn.ReLU(inplace=True)
        case {"kind": kind}:
            return {"tanh": nn.Tanh, "flatten": nn.Flatten, "globalAveragePool": GlobalAveragePool}[kind]()


class Work:
    def __init__(self, folder, name):
        with open(os.path.join(folder, name, "manifest.json"), encoding="utf-8") as file:
            self.manifest = json.load(file)
        self.bytes = numpy.fromfile(os.path.join(folder, name, "data.bin"), dtype=numpy.uint8)
        self.kinds = {layer["kind"] for layer in self.manifest["layers"]}

    def tensor(self, place):
        dtype = numpy.dtype(place["dtype"])
        size = int(numpy.prod(place["shape"])) * dtype.itemsize
        values = self.bytes[place["offset"] : place["offset"] + size].view(dtype).reshape(place["shape"])
        tensor = torch.from_numpy(values.copy())
        return tensor.long() if tensor.dtype == torch.int32 else tensor

    def variants(self):
        """Every combination of forms that makes sense for this work."""
        forms = [[]]
        if "conv2d" in self.kinds:
            forms += [["channels-last"]]
        if "embedding" in self.kinds:
            forms += [["bag"]]
        endings = [[], ["foreach"], ["script"], ["script", "foreach"]]
        names = ["+".join(form + ending) or "eager" for form in forms for ending in endings]
        return names + (["sparse", "bag+sparse"] if "embedding" in self.kinds else [])

    def model(self, forms, dropout):
        has = {"bag": "bag" in forms, "sparse": "sparse" in forms, "images": "conv2d" in self.kinds}
        model = sequential(self.manifest["layers"], {**has, "dropout": dropout})
        with torch.no_grad():
            for param, place in zip(model.parameters(), self.manifest["params"], strict=True):
                param.copy_(self.tensor(place))
        return model.to(memory_format=torch.channels_last) if "channels-last" in forms else model

    def optimizers(self, model, forms):
        settings, params = self.manifest["optimizer"], list(model.parameters())
        lr, foreach = settings["lr"], "foreach" in forms
        if settings["kind"] == "sgd":
            return [torch.optim.SGD(params, lr=lr, momentum=settings["momentum"], foreach=foreach)]
        if "sparse" in forms:  # of W8, whose first parameter is the embedding
            return [torch.optim.SparseAdam(params[:1], lr=lr), torch.optim.Adam(params[1:], lr=lr)]
        return [torch.optim.Adam(params, lr=lr, foreach=foreach)]

    def batches(self, forms):
        batches = [(self.tensor(batch["x"]), self.tensor(batch["y"])) for batch in self.manifest["batches"]]
        if "channels-last" in forms:
            return [(x.contiguous(memory_format=torch.channels_last), y) for x, y in batches]
        return batches

    def stepper(self, variant, dropout=True):
        """A function that does one full step on the next batch and returns the loss, unread."""
        forms = variant.split("+")
        model, batches = self.model(forms, dropout), self.batches(forms)
        optimizers = self.optimizers(model, forms)
        loss_of = WithLoss(model, self.manifest["loss"])
        if "script" in forms:
            averages = {name: value.clone() for name, value in model.named_buffers()}
            loss_of = torch.jit.trace(loss_of, batches[0], check_trace=False)
            for name, value in model.named_buffers():  # tracing ran a forward pass
                value.copy_(averages[name])
        index = -1

        def step():
            nonlocal index
            index = (index + 1) % len(batches)
            for optimizer in optimizers:
                optimizer.zero_grad(set_to_none=True)
            loss = loss_of(*batches[index])
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
            return loss

        return step
