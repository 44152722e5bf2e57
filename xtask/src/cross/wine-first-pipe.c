/* Why the test of an agent whose path is taken does not run under Wine: it ignores
   FILE_FLAG_FIRST_PIPE_INSTANCE, by which a second server is told that the name is in use.
   Prints "refused" on Windows, and "created" under Wine 8. */
#include <stdio.h>
#include <windows.h>

static HANDLE create(void) {
    DWORD mode = PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE;
    return CreateNamedPipe("\\\\.\\pipe\\first", mode, PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, 64, 64, 0, NULL);
}

int main(void) {
    create();
    printf("%s\n", create() == INVALID_HANDLE_VALUE ? "refused" : "created");
}
