"""What botocore makes of two files: a JSON object a line in, a JSON object a line out.

The one argument is the folder that botocore is installed in.
"""

import base64
import json
import os
import sys
import tempfile

sys.path.insert(0, sys.argv[1])

import botocore.exceptions
import botocore.session


def lay(path, content):
    if content is None:
        if os.path.exists(path):
            os.remove(path)
    else:
        with open(path, "wb") as file:
            file.write(base64.b64decode(content))


def read(session):
    # A session reads its files once, and takes ten times as long to make.
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
        asked = json.loads(line)
        for name, path in paths.items():
            lay(path, asked[name])
        print(json.dumps(read(session)), flush=True)
