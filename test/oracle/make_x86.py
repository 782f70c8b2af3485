"""Instructions of x86-64 as GNU as encodes them. Needs binutils (Debian 12: 2.40). Run: /usr/bin/python3 test/oracle/make_x86.py

A case is a list of calls of X86Assembler, the text that says what they must mean, and the bytes GNU as makes of that text. Arguments of calls
are numbers, names of registers, { base, offset }, { label }, { constant } (in all lanes), { body } (calls) and options. X86Assembler always
takes the long form of an instruction; {vex3}, {load}, {disp32} and constants that become known only later make GNU as take it too.
"""
import json
import os
import subprocess
import tempfile

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "x86.json")
REGISTERS = ["rax", "rcx", "rdx", "rbx", "rsi", "rdi", "r8", "r9", "r10", "r11"]
VECTORS = {8: [0, 7, 8, 15], 16: [0, 7, 8, 15, 16, 31]}
# Of all, multiples of 4 (broadcast), 32 (AVX2) and 64 (AVX-512) at the edges of one byte, and distances that take four.
OFFSETS = [0, 1, 4, 63, 64, -64, 127, 128, -128, -129, 508, 512, -512, -516, 4096, 64 * 127, 64 * 128, -64 * 128, -64 * 129, 2**31 - 1, -(2**31)]
NUMBERS = [0, 1, 5, 127, 128, -1, -128, -129, 65535, 2**31 - 1, -(2**31)]

cases = []


def case(lanes, calls, *text):
    cases.append({"lanes": lanes, "calls": calls, "text": [line.replace("@", f".L{len(cases)}") for line in text]})


def place(base, offset):
    return {"base": base, "offset": offset}, f"{offset or ''}(%{base})"


def places():
    """Each offset, and each base twice, as JSON and as text."""
    return [place(turn(REGISTERS, i), offset) for i, offset in enumerate(OFFSETS)]


def pairs(items):
    """Each item beside itself, its neighbour and one further away; low and high ones meet in both orders."""
    return [(items[i], items[(i + step) % len(items)]) for i in range(len(items)) for step in (0, 1, len(items) // 2)]


def turn(items, i):
    return items[i % len(items)]


def known_later(instruction, value, rest):
    """An instruction with a constant that takes 32 bits, for GNU as does not know it yet."""
    return [f"{instruction} $@v, {rest}", f".set @v, {value}"]


# General registers and jumps mean the same with vectors of either length.
def general_cases(lanes):
    case(lanes, [["ret"]], "ret")
    case(lanes, [["zeroUpper"]], "vzeroupper")
    for r in REGISTERS:
        case(lanes, [["push", r]], f"push %{r}")
        case(lanes, [["pop", r]], f"pop %{r}")
        case(lanes, [["divide", r]], "movq $0, %rdx", f"divq %{r}")
    for a, b in pairs(REGISTERS):
        case(lanes, [["copy", a, b]], f"{{load}} movq %{b}, %{a}")
        case(lanes, [["subtract", a, b]], f"{{load}} subq %{b}, %{a}")
        case(lanes, [["multiplyBy", a, b]], f"imulq %{b}, %{a}")
    for i, (a, b) in enumerate(pairs(REGISTERS)):
        case(lanes, [["scale", a, b, turn(NUMBERS, i)]], *known_later("imulq", turn(NUMBERS, i), f"%{b}, %{a}"))
    for i, r in enumerate([*REGISTERS, *["rbx"] * len(NUMBERS), "rax"]):
        value = turn(NUMBERS, i)
        case(lanes, [["set", r, value]], *known_later("movq", value, f"%{r}"))
        for method, instruction, modrm in (("add", "addq", 0xC0), ("compare", "cmpq", 0xF8)):
            if r == "rax":
                # GNU as has a form for rax alone that cannot be turned off. That objdump reads this one as the same is checked below.
                disassembly = f"{instruction[:3]} ${value % 2**64:#x},%rax"
                case(lanes, [[method, r, value]], f".byte 0x48, 0x81, {modrm:#x}", f".long {value}", f"# {disassembly}")
            else:
                case(lanes, [[method, r, value]], *known_later(instruction, value, f"%{r}"))
    for i, (at, text) in enumerate(places()):
        r, value = turn(REGISTERS, i + i // 10), turn(NUMBERS, i)
        case(lanes, [["load", r, at]], f"movq {text}, %{r}")
        case(lanes, [["store", at, r]], f"movq %{r}, {text}")
        case(lanes, [["addFrom", r, at]], f"addq {text}, %{r}")
        case(lanes, [["addTo", at, r]], f"addq %{r}, {text}")
        case(lanes, [["multiplyBy", r, at]], f"imulq {text}, %{r}")
        case(lanes, [["set", at, value]], *known_later("movq", value, text))
        case(lanes, [["add", at, value]], *known_later("addq", value, text))
        case(lanes, [["compare", at, value]], *known_later("cmpq", value, text))


def jump_cases(lanes):
    label = {"label": "there"}
    for condition, jump in ((None, "jmp"), ("equal", "je"), ("unequal", "jne"), ("less", "jl"), ("notLess", "jge")):
        call = ["jump", label] + ([condition] if condition else [])
        case(lanes, [["place", label], ["ret"], call], "@there: ret", f"{{disp32}} {jump} @there")
        case(lanes, [call, call, ["ret"], ["place", label], ["ret"]], *[f"{{disp32}} {jump} @there"] * 2, "ret", "@there: ret")
    body = {"body": [["copy", "rax", "rcx"]]}
    inner = "@again: {load} movq %rcx, %rax"
    for count, text in [("rcx", "%rcx"), ("r9", "%r9"), place("rsi", 0), place("r8", 16)]:
        case(lanes, [["repeat", count, body]], inner, f"decq {text}", "{disp32} jne @again")
    case(lanes, [["times", "r11", 3, body]], "movq $3, %r11", inner, "decq %r11", "{disp32} jne @again")
    case(lanes, [["times", "r11", 1, body]], "{load} movq %rcx, %rax")
    case(lanes, [["times", "r11", 0, body], ["ret"]], "ret")


def vector_cases(lanes):
    v, name, size = VECTORS[lanes], {8: "%ymm", 16: "%zmm"}[lanes], 4 * lanes
    long = "{vex3} " if lanes == 8 else ""
    at = lambda register, i: turn(v, register + i // len(v))

    def constant(label, word, count=None):
        """Behind the code: one word in all lanes, or in the first ones alone."""
        return f".balign {size}, 0", f"{label}: .rept {count or lanes}", f"{word}", ".endr", f".fill {lanes - (count or lanes)}, 4, 0"

    three = [
        ("addVector", "vaddps", []), ("subtractVector", "vsubps", []), ("multiplyVector", "vmulps", []),
        ("multiplyAdd", "vfmadd231ps", []), ("multiplyAdd", "vfnmadd231ps", [{"negated": True}]),
        ("interleave", "vunpcklps", [{"half": "low"}]), ("interleave", "vunpckhps", [{"half": "high"}]),
        ("interleavePairs", "vunpcklpd", [{"half": "low"}]), ("interleavePairs", "vunpckhpd", [{"half": "high"}]),
        ("joinPieces", {8: "vperm2f128 $0x20,", 16: "vshuff32x4 $0x88,"}[lanes], [{"pieces": "even"}]),
        ("joinPieces", {8: "vperm2f128 $0x31,", 16: "vshuff32x4 $0xdd,"}[lanes], [{"pieces": "odd"}]),
    ]
    for method, instruction, rest in three:
        for i, (a, b) in enumerate(pairs(v)):
            to = at(i, 2 * i + 1)
            case(lanes, [[method, to, a, b, *rest]], f"{long}{instruction} {name}{b}, {name}{a}, {name}{to}")
    for method, instruction, rest in three[:5]:
        for i, (memory, text) in enumerate(places()):
            to, a = at(i, 0), at(i, i + len(v))
            case(lanes, [[method, to, a, memory, *rest]], f"{long}{instruction} {text}, {name}{a}, {name}{to}")
        case(lanes, [[method, v[-1], v[-2], {"constant": 1.5}, *rest]],
             f"{long}{instruction} @c(%rip), {name}{v[-2]}, {name}{v[-1]}", *constant("@c", ".float 1.5"))
    case(lanes, [["load", "r9", {"constant": 1.5}]], "movq @c(%rip), %r9", *constant("@c", ".float 1.5"))
    for a, b in pairs(v):
        case(lanes, [["copyVector", a, b]], f"{{load}} {long}vmovaps {name}{b}, {name}{a}")
    for a in v:
        case(lanes, [["clear", a]], f"{long}{'vpxor' if lanes == 8 else 'vpxord'} {name}{a}, {name}{a}, {name}{a}")

    for i, (memory, text) in enumerate(places()):
        a = at(i, 0)
        case(lanes, [["splat", a, memory]], f"{long}vbroadcastss {text}, {name}{a}")
        case(lanes, [["loadVector", a, memory]], f"{long}vmovups {text}, {name}{a}")
        case(lanes, [["storeVector", memory, a]], f"{long}vmovups {name}{a}, {text}")
        part = {"part": True}
        if lanes == 8:
            case(lanes, [["loadVector", a, memory, part]], f"{long}vmaskmovps {text}, %ymm15, %ymm{a}")
            case(lanes, [["storeVector", memory, a, part]], f"{long}vmaskmovps %ymm{a}, %ymm15, {text}")
            continue
        case(lanes, [["loadVector", a, memory, part]], f"vmovups {text}, %zmm{a}{{%k1}}{{z}}")
        case(lanes, [["storeVector", memory, a, part]], f"vmovups %zmm{a}, {text}{{%k1}}")
        case(lanes, [["multiplyAddSplat", a, at(i, i + 6), memory]], f"vfmadd231ps {text}{{1to16}}, %zmm{at(i, i + 6)}, %zmm{a}")

    memory, text = place("rbx", 96)
    for count in (1, lanes - 1, lanes):
        for mask in (15, 0):
            calls = [["setPart", count, mask] if mask == 0 else ["setPart", count], ["loadVector", 3, memory, {"part": True}]]
            if lanes == 8:
                case(lanes, calls, f"{long}vmovups @c(%rip), %ymm{mask}", f"{long}vmaskmovps {text}, %ymm{mask}, %ymm3", *constant("@c", ".long -1", count))
            else:
                case(lanes, calls, *known_later("movq", 2**count - 1, "%rax"), "kmovw %eax, %k1", f"vmovups {text}, %zmm3{{%k1}}{{z}}")
    two = lambda first, second: [["addVector", 1, 2, {"constant": first}], ["subtractVector", 3, 4, {"constant": second}]]
    code = lambda second: (f"{long}vaddps @a(%rip), {name}2, {name}1", f"{long}vsubps {second}(%rip), {name}4, {name}3")
    case(lanes, two(2.5, -3), *code("@b"), *constant("@a", ".float 2.5"), *constant("@b", ".float -3"))
    case(lanes, two(2.5, 2.5), *code("@a"), *constant("@a", ".float 2.5"))
    case(lanes, two(0.0, -0.0), *code("@b"), *constant("@a", ".long 0"), *constant("@b", ".long 0x80000000"))


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def assemble():
    """Bytes of all cases. Where GNU as was given bytes, what objdump reads in them is compared with the comment."""
    with tempfile.TemporaryDirectory() as folder:
        source, output, binary = (os.path.join(folder, name) for name in ("x86.s", "x86.o", "x86.bin"))
        with open(source, "w") as file:
            for i, one in enumerate(cases):
                file.write("\n".join([".balign 64", f"start{i}:", *one["text"], f"end{i}:", ""]))
        run("as", "--64", "-o", output, source)
        run("objcopy", "-O", "binary", "-j", ".text", output, binary)
        symbols = {name: int(address, 16) for address, _, name in map(str.split, run("nm", output).splitlines())}
        with open(binary, "rb") as file:
            code = file.read()
        for i, one in enumerate(cases):
            start, end = symbols[f"start{i}"], symbols[f"end{i}"]
            one["bytes"] = code[start:end].hex()
            for comment in (line[2:] for line in one["text"] if line.startswith("# ")):
                listing = run("objdump", "-d", "--insn-width=16", f"--start-address={start}", f"--stop-address={end}", output)
                read = " ".join(listing.rstrip().split("\t")[-1].split())
                assert read == comment, f"objdump reads {read}, not {comment}"


for lanes in (8, 16):
    vector_cases(lanes)
# The length of vectors is not asked for here.
general_cases(8)
jump_cases(16)
assemble()
version = run("as", "--version").splitlines()[0]
with open(PATH, "w") as out:
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
    out.write(f'{{"versions":{json.dumps({"as": version})},"cases":[\n{lines}\n]}}\n')
print(f"{PATH}: {len(cases)} cases, {os.path.getsize(PATH)} bytes")
