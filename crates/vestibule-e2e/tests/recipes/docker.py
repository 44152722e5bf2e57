#!/usr/bin/env python3
"""Runs a line `docker run` with runc, the runtime below Docker.

The image has the programs of this machine, and `vestibule`; nothing else of the machine is there.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

arguments = iter(sys.argv[1:])
if next(arguments) != "run":
    sys.exit("only `docker run`")
variables = ["PATH=/opt:/usr/bin"]
mounts = [(folder, folder) for folder in ("/usr", "/etc/ssl")]
mounts.append((shutil.which("vestibule"), "/opt/vestibule"))
user, has_host_network = 0, False
for argument in arguments:
    if argument == "-e":
        name, is_given, value = next(arguments).partition("=")
        variables.append(f"{name}={value if is_given else os.environ[name]}")
    elif argument == "-v":
        mounts.append(tuple(next(arguments).split(":")))
    elif argument == "--user":
        user = int(next(arguments))
    elif argument == "--network":
        has_host_network = next(arguments) == "host"
    elif not argument.startswith("-"):
        break  # The image.

with tempfile.TemporaryDirectory() as folder:
    root = os.path.join(folder, "rootfs")
    os.mkdir(root)
    for name in ("bin", "lib", "lib64", "sbin"):
        os.symlink(f"usr/{name}", os.path.join(root, name))
    subprocess.run(["runc", "spec", "--bundle", folder], check=True)
    path = os.path.join(folder, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    config["process"] |= {"terminal": False, "args": list(arguments), "env": variables}
    config["process"]["user"] = {"uid": user, "gid": user}
    for source, destination in mounts:
        options = ["rbind", "rw" if destination.endswith(".sock") else "ro"]
        mount = {"source": source, "destination": destination, "type": "bind", "options": options}
        config["mounts"].append(mount)
    if has_host_network:
        namespaces = config["linux"]["namespaces"]
        config["linux"]["namespaces"] = [it for it in namespaces if it["type"] != "network"]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    state = os.path.join(folder, "state")
    name = os.path.basename(folder)
    run = ["runc", "--root", state, "run", "--bundle", folder, name]
    sys.exit(subprocess.run(run, check=False).returncode)
