/* Why tests that kill the program while it starts another do not run under Wine: CreateProcess creates
   the child suspended and resumes it from the parent. A parent that is killed in between leaves a child
   that never runs and holds the pipes that it inherited. Windows does the same in microseconds, Wine 8
   in milliseconds.

   Starts a program that starts children, and kills it at different instants until a child is left
   suspended. Prints "40 kills left no child suspended" on Windows. */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <tlhelp32.h>

static HANDLE start(char *program, char *argument) {
    char line[MAX_PATH + 32];
    snprintf(line, sizeof line, "\"%s\" %s", program, argument);
    STARTUPINFO startup = {.cb = sizeof startup};
    PROCESS_INFORMATION started;
    if (!CreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started)) return NULL;
    CloseHandle(started.hThread);
    return started.hProcess;
}

/* Ends the suspended processes of this program and returns their number. */
static int end_suspended(const char *name) {
    int found = 0;
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS | TH32CS_SNAPTHREAD, 0);
    PROCESSENTRY32 process = {.dwSize = sizeof process};
    for (BOOL more = Process32First(list, &process); more; more = Process32Next(list, &process)) {
        DWORD id = process.th32ProcessID;
        if (id == GetCurrentProcessId() || stricmp(process.szExeFile, name)) continue;
        THREADENTRY32 thread = {.dwSize = sizeof thread};
        for (BOOL next = Thread32First(list, &thread); next; next = Thread32Next(list, &thread)) {
            if (thread.th32OwnerProcessID != id) continue;
            HANDLE handle = OpenThread(THREAD_SUSPEND_RESUME, FALSE, thread.th32ThreadID);
            if (SuspendThread(handle) == 1) {
                found++;
                TerminateProcess(OpenProcess(PROCESS_TERMINATE, FALSE, id), 1);
            } else {
                ResumeThread(handle);
            }
        }
    }
    return found;
}

int main(int count, char **arguments) {
    char program[MAX_PATH];
    GetModuleFileName(NULL, program, sizeof program);
    if (count == 2 && !strcmp(arguments[1], "child")) return 0;
    if (count == 2 && !strcmp(arguments[1], "parent")) {
        for (;;) WaitForSingleObject(start(program, "child"), INFINITE);
    }
    for (int kill = 1; kill <= 40; kill++) {
        HANDLE parent = start(program, "parent");
        Sleep(300 + 13 * kill);
        TerminateProcess(parent, 1);
        WaitForSingleObject(parent, INFINITE);
        Sleep(1000);
        if (end_suspended(strrchr(program, '\\') + 1)) {
            printf("kill %d left a child suspended\n", kill);
            return 0;
        }
    }
    printf("40 kills left no child suspended\n");
}
