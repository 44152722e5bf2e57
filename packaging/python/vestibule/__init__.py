"""The vestibule program: AWS credentials from IAM Identity Center (SSO).

Installing this package puts ``vestibule`` on the path.
``python -m vestibule`` runs it too.
"""

from __future__ import annotations

import os
import sys
import sysconfig

__all__ = ["find_vestibule"]


def find_vestibule() -> str:
    """Return the path of the program that this package installed.

    Raises ``FileNotFoundError`` if it is in none of the folders where installers put scripts.
    """
    name = "vestibule" + (".exe" if os.name == "nt" else "")
    schemes = ["", f"{os.name}_user"]
    folders = [sysconfig.get_path("scripts", scheme) if scheme else sysconfig.get_path("scripts")
               for scheme in schemes if not scheme or scheme in sysconfig.get_scheme_names()]
    # `pip install --target FOLDER` puts scripts beside the modules.
    target = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders += [os.path.join(target, "bin"), os.path.dirname(sys.executable)]
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    raise FileNotFoundError(f"{name} is missing from {', '.join(folders)}: install vestibule again")
