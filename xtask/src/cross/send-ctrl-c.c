/* Sends Ctrl-C to the console of a process: send-ctrl-c PID. Wine has no PowerShell to do it with. */
#include <stdlib.h>
#include <windows.h>

int main(int count, char **arguments) {
    if (count != 2) return 2;
    FreeConsole();
    if (!AttachConsole(strtoul(arguments[1], NULL, 10))) return 3;
    /* Not to this program, which is attached to the console now. */
    SetConsoleCtrlHandler(NULL, TRUE);
    return GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) ? 0 : 4;
}
