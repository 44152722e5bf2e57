"""Parses config files with botocore: reads and writes one JSON object per line.

The argument is the directory in which botocore is installed.
"""

import base64
import json
import os
import sys
import tempfile

sys.path.insert(0, sys.argv[1])

import botocore.exceptions
import botocore.session


def write(path, content):
    if content is None:
        if os.path.exists(path):
            os.remove(path)
    else:
        with open(path, "wb") as file:
            file.write(base64.b64decode(content))


def read(session):
    # A session caches its files; clearing the cache is ten times as fast as creating a session.
    session._config = None
    try:
        full = session.full_config
    except botocore.exceptions.ConfigParseError as error:
        return {"error": os.path.basename(error.kwargs["path"])}
    kinds = ("profiles", "sso_sessions", "services")
    return {kind: full.get(kind, {}) for kind in kinds}


with tempfile.TemporaryDirectory() as folder:
    paths = {name: os.path.join(folder, name) for name in ("config", "credentials")}
    session = botocore.session.Session()
    session.set_config_variable("config_file", paths["config"])
    session.set_config_variable("credentials_file", paths["credentials"])
    for line in sys.stdin:
        request = json.loads(line)
        for name, path in paths.items():
            write(path, request[name])
        print(json.dumps(read(session)), flush=True)
