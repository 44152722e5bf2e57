/* Why tests of browsers do not run under qemu: it reports that a missing program was started.
   Prints "No such file or directory" on a real machine, and "started" under qemu-aarch64 7.2. */
#include <spawn.h>
#include <stdio.h>
#include <string.h>
extern char **environ;
int main(void) {
    char *words[] = {"/missing/program", NULL};
    pid_t id;
    int error = posix_spawn(&id, words[0], NULL, NULL, words, environ);
    printf("%s\n", error ? strerror(error) : "started");
}
