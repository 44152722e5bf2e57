import os
import subprocess
import sys

from vestibule import find_vestibule

command = [find_vestibule(), *sys.argv[1:]]
if os.name == "nt":
    sys.exit(subprocess.call(command))
os.execv(command[0], command)
