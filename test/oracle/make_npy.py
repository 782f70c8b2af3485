"""Files that NumPy wrote, and what it says is in them. Run: /usr/bin/python3 test/oracle/make_npy.py"""
import base64
import io
import json
import os
import platform
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def saved(array, version=None, **options):
    file = io.BytesIO()
    if version is None:
        np.save(file, array, **options)
    else:
        np.lib.format.write_array(file, array, version=version)
    return base64.b64encode(file.getvalue()).decode()


def text(value):
    return str(value.item()) if isinstance(value, np.generic) else str(value)


def case(name, array, **options):
    values = [text(v) for v in np.ascontiguousarray(array).reshape(-1)]
    return {"name": name, "file": saved(array, **options), "dtype": array.dtype.name, "shape": list(array.shape), "values": values}


grid = np.arange(24).reshape(2, 3, 4)
halves = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, np.inf, -np.inf, np.nan, 0.333], dtype=np.float16)
wide = np.array([0, 1, -1, 2**62, -(2**63)], dtype=np.int64)
types = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64"]

arrays = [case(f"{t}, row-major", (grid - (0 if t[0] in "ub" else 7)).astype(t)) for t in types]
arrays += [case(f"{t}, big-endian", (grid * 1.5).astype(np.dtype(t).newbyteorder(">"))) for t in ["int16", "int32", "int64", "float16", "float32", "float64"]]
arrays += [case(f"{t}, Fortran order", np.asfortranarray(grid.astype(t))) for t in ["uint8", "float32", "int64"]]
arrays += [case("Fortran order of a matrix", np.asfortranarray(np.arange(6.0).reshape(2, 3)))]
arrays += [case("halves at the edges", halves), case("int64 at the edges", wide)]
arrays += [case("a scalar", np.float32(2.5)), case("no elements", np.zeros((3, 0, 2), np.float32)), case("one axis", np.arange(5, dtype=np.int32))]
arrays += [case(f"version {v[0]}.0", np.arange(3.0), version=v) for v in [(1, 0), (2, 0), (3, 0)]]

refused = {
    "objects": saved(np.array([{"a": 1}, None], dtype=object), allow_pickle=True),
    "text": saved(np.array(["cat", "mouse"])),
    "bytes": saved(np.array([b"cat"])),
    "complex": saved(np.array([1 + 2j])),
    "dates": saved(np.array(["2020-01-01"], dtype="datetime64[s]")),
    "durations": saved(np.array([5], dtype="timedelta64[s]")),
    "records": saved(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")])),
    "longdouble": saved(np.zeros(2, dtype=np.longdouble)),
}


def archive(write):
    file = io.BytesIO()
    write(file)
    return base64.b64encode(file.getvalue()).decode()


def old_style(file):
    with zipfile.ZipFile(file, "w") as z:
        z.writestr("folder/", "")
        z.writestr("folder/x.npy", base64.b64decode(saved(np.arange(4, dtype=np.uint8))))
        z.writestr("notes.txt", "hello")
        z.comment = b"with a comment"


parts = {"x": np.arange(6, dtype=np.float32).reshape(2, 3), "y": np.array([1, 0], dtype=np.int64)}
archives = {
    "savez": archive(lambda file: np.savez(file, **parts)),
    "savez_compressed": archive(lambda file: np.savez_compressed(file, **parts)),
    "zipfile": archive(old_style),
    "bzip2": archive(lambda file: zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2).writestr("x.npy", b"x" * 50)),
}

made_with = {"numpy": np.__version__, "python": platform.python_version()}
with open(os.path.join(HERE, "fixtures", "npy.json"), "w") as out:
    lines = ",\n".join(json.dumps(a) for a in arrays)
    out.write(f'{{"madeWith": {json.dumps(made_with)},\n"arrays": [\n{lines}\n],\n"refused": {json.dumps(refused)},\n"archives": {json.dumps(archives)}}}\n')
