"""Copies a jar without some of its files, unpacked so that an archive around it packs better; or
extracts some of them.

Example: python3 ci/gpu/slim_jar.py big.jar small.jar --without native/lib/win native/lib/osx
         python3 ci/gpu/slim_jar.py big.jar FOLDER --extract ai/onnxruntime/native/linux-x64/
"""

import argparse
import pathlib
import shutil
import zipfile


def copy(jar, target, without):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as small:
        for entry in jar.infolist():
            if not entry.filename.startswith(without):
                small.writestr(zipfile.ZipInfo(entry.filename, entry.date_time), jar.read(entry))


def extract(jar, folder, prefix):
    folder.mkdir(parents=True)
    for entry in jar.infolist():
        if entry.filename.startswith(prefix) and not entry.is_dir():
            with jar.open(entry) as source, open(folder / pathlib.Path(entry.filename).name, "wb") as out:
                shutil.copyfileobj(source, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jar", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--without", nargs="+", help="how names begin that are left out")
    choice.add_argument("--extract", help="how names begin that are extracted, into one folder")
    options = parser.parse_args()
    with zipfile.ZipFile(options.jar) as jar:
        if options.extract:
            extract(jar, options.target, options.extract)
        else:
            copy(jar, options.target, tuple(options.without))


if __name__ == "__main__":
    main()
