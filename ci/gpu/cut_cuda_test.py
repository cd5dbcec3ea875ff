"""Tries cut_cuda.py on made-up libraries: python3 ci/gpu/cut_cuda_test.py"""

import struct
import unittest

import cut_cuda

PTX, CODE = cut_cuda.PTX, cut_cuda.MACHINE_CODE
HEADER = 64


def container(*entries):
    """A container with code of 40 bytes in each entry, given as kind and capability."""
    body = b"".join(
        struct.pack("<HHIQ12xI", kind, 0x101, HEADER, 40, capability).ljust(HEADER, b"\x07")
        + bytes([capability % 256]) * 40
        for kind, capability in entries)
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body


class CutTest(unittest.TestCase):

    def kept(self, library, capability):
        """Capabilities whose code is still there; all else has to be as it was."""
        data = bytearray(library)
        cut_cuda.cut(data, capability)
        entries = [one for found in cut_cuda.containers(data) for one in found]
        whole = [one for one in entries if any(data[one.code:one.end])]
        restored = bytearray(data)
        for one in entries:
            if one not in whole:
                restored[one.code:one.end] = library[one.code:one.end]
        self.assertEqual(restored, library)
        return [(one.kind, one.capability) for one in whole]

    def test_code_of_the_gpu_stays(self):
        library = b"ELF" + container((CODE, 80), (CODE, 90), (PTX, 120)) + b"between" + container(
            (CODE, 90), (CODE, 90), (CODE, 100))
        self.assertEqual(self.kept(library, 90), [(CODE, 90)] * 3)

    def test_older_code_of_the_same_generation_runs(self):
        library = container((CODE, 80), (CODE, 75), (PTX, 75), (CODE, 89))
        self.assertEqual(self.kept(library, 86), [(CODE, 80)])

    def test_without_code_the_newest_ptx_is_compiled(self):
        library = container((CODE, 80), (PTX, 52), (PTX, 70), (PTX, 120))
        self.assertEqual(self.kept(library, 90), [(PTX, 70)])

    def test_what_cannot_run_goes(self):
        self.assertEqual(self.kept(container((CODE, 100), (PTX, 120)), 90), [])

    def test_an_unknown_format_is_refused(self):
        library = bytearray(container((CODE, 90)))
        library[4] = 2
        with self.assertRaisesRegex(SystemExit, "found a container of version 2"):
            cut_cuda.cut(library, 90)


if __name__ == "__main__":
    unittest.main()
