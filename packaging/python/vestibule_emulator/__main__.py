import os
import subprocess
import sys

from vestibule_emulator import find_emulator

command = [find_emulator(), *sys.argv[1:]]
if os.name == "nt":
    sys.exit(subprocess.call(command))
os.execv(command[0], command)
