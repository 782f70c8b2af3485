"""OpenBLAS called directly, as a rival in matrix multiplication: the same library that PyTorch uses.

    echo '{"matmul": 512, "seconds": 0.5}' | /usr/bin/python3 blas_matmul.py --threads 1

answers each JSON line with `{"gflops": median, "best": ..., "core": "SkylakeX", ...}`. Calling through ctypes costs
one to two microseconds, a tenth of the time at n = 64 and nothing from 256 on.
"""
import argparse
import array
import ctypes
import json
import random
import statistics
import sys
import time

ROW_MAJOR, NO_TRANSPOSE = 101, 111
MATMUL_OPERATIONS = 2e7  # a sample: long beside the clock's resolution


def matrix(n):
    """`n` × `n` floats, with the memory they lie in."""
    row = [random.uniform(-1, 1) for _ in range(n)]
    values = array.array("f", row * n)
    return values, ctypes.c_void_p(values.buffer_info()[0])


def measure(blas, n, seconds):
    (a, a_address), (b, b_address), (c, c_address) = matrix(n), matrix(n), matrix(n)
    size, one, zero = ctypes.c_int(n), ctypes.c_float(1), ctypes.c_float(0)
    layout, flat = ctypes.c_int(ROW_MAJOR), ctypes.c_int(NO_TRANSPOSE)
    args = (layout, flat, flat, size, size, size, one, a_address, size, b_address, size, zero, c_address, size)
    sgemm = blas.cblas_sgemm
    sgemm.restype = None
    operations = 2 * n**3
    repeats = max(1, round(MATMUL_OPERATIONS / operations))
    rates, end = [], time.perf_counter() + seconds
    while len(rates) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(repeats):
            sgemm(*args)
        rates.append(operations * repeats / (time.perf_counter() - start) / 1e9)
    return {"rival": "openblas", "matmul": n, "gflops": statistics.median(rates), "best": max(rates)}


def main():
    parser = argparse.ArgumentParser(description="OpenBLAS' side of `npm run bench -- matmul`")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--server", action="store_true", help="accepted and needless: it only serves")
    args = parser.parse_args()
    blas = ctypes.CDLL("libopenblas.so.0")
    blas.openblas_set_num_threads(args.threads)
    blas.openblas_get_corename.restype = blas.openblas_get_config.restype = ctypes.c_char_p
    about = {"core": blas.openblas_get_corename().decode(), "config": blas.openblas_get_config().decode()}
    for line in sys.stdin:
        command = json.loads(line)
        answer = measure(blas, command["matmul"], command.get("seconds", 0.5))
        print(json.dumps({**answer, "threads": args.threads, **about}), flush=True)


if __name__ == "__main__":
    main()
