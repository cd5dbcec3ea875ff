"""Empties the machine code of a CUDA library that one kind of GPU does not run, so that it packs small.

Example: python3 ci/gpu/cut_cuda.py libcublas.so.12 cut/libcublas.so.12 --capability 90

Offsets stay as they are: what is not needed becomes zeros. A library holds its machine code in
containers ("fat binaries"), each with one kernel file compiled for several GPUs:

    container  u32 0xBA55ED50, u16 version, u16 bytes of this header, u64 bytes of the entries
    entry      u16 kind (1: PTX, 2: machine code), u16, u32 bytes of this header, u64 bytes of
               code, 12 bytes, u32 compute capability as 10 x major + minor, ...; then the code

The driver picks the entry by its header: machine code of the GPU's major version and at most its
minor one, the nearest; else it compiles the newest PTX that is not newer than the GPU.
"""

import argparse
import dataclasses
import mmap
import pathlib
import shutil
import struct
import sys

MAGIC = struct.pack("<I", 0xBA55ED50)
CONTAINER = struct.Struct("<IHHQ")
ENTRY = struct.Struct("<HHIQ")
CAPABILITY_AT = 28
PTX, MACHINE_CODE = 1, 2


@dataclasses.dataclass(frozen=True)
class Entry:
    kind: int
    capability: int
    code: int
    end: int


def containers(data):
    """The entries of each container."""
    start = data.find(MAGIC)
    while start >= 0:
        _, version, header, size = CONTAINER.unpack_from(data, start)
        end = start + header + size
        if version != 1 or header != CONTAINER.size or end > len(data):
            sys.exit(f"Cannot cut the library: found a container of version {version} with a header"
                     f" of {header} bytes at {start}, expected version 1 and {CONTAINER.size} bytes."
                     " Pack the library whole (--arch all).")
        yield list(entries(data, start + header, end))
        start = data.find(MAGIC, end)


def entries(data, start, end):
    while start < end:
        kind, _, header, size = ENTRY.unpack_from(data, start)
        (capability,) = struct.unpack_from("<I", data, start + CAPABILITY_AT)
        if kind not in (PTX, MACHINE_CODE) or start + header + size > end:
            sys.exit(f"Cannot cut the library: found an entry of kind {kind} at {start}, expected"
                     " PTX (1) or machine code (2). Pack the library whole (--arch all).")
        yield Entry(kind, capability, start + header, start + header + size)
        start += header + size


def chosen(found, capability):
    """Those of a container that a GPU may be given."""
    runs = [entry.capability for entry in found
            if entry.kind == MACHINE_CODE and entry.capability <= capability
            and entry.capability // 10 == capability // 10]
    if runs:
        return [entry for entry in found
                if entry.kind == MACHINE_CODE and entry.capability == max(runs)]
    older = [entry.capability for entry in found
             if entry.kind == PTX and entry.capability <= capability]
    return [entry for entry in found
            if older and entry.kind == PTX and entry.capability == max(older)]


def cut(data, capability):
    """Empties a library in place; bytes of code that are kept, and of all code."""
    kept = total = 0
    for found in containers(data):
        keep = chosen(found, capability)
        for entry in found:
            size = entry.end - entry.code
            total += size
            if entry in keep:
                kept += size
            else:
                data[entry.code:entry.end] = bytes(size)
    return kept, total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--capability", type=int, required=True, help="90 for an H100 or H200")
    options = parser.parse_args()
    shutil.copyfile(options.library, options.target)
    with open(options.target, "r+b") as file, mmap.mmap(file.fileno(), 0) as data:
        kept, total = cut(data, options.capability)
    if total and not kept:
        options.target.unlink()
        sys.exit(f"Cannot cut {options.library}: found no code for compute capability"
                 f" {options.capability}. Give one that CUDA 12 knows, such as 80, 90 or 120.")
    print(f"{options.library.name}: {kept >> 20} of {total >> 20} MiB of GPU code kept")


if __name__ == "__main__":
    main()
