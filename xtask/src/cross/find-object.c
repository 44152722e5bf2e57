/* What GCC's unwinder asks of the C library of its own system: where the table for unwinding is. A static
   program of musl has one. */
#define _GNU_SOURCE
#include <link.h>

struct found {
    unsigned long long flags;
    void *start, *end;
    struct link_map *map;
    void *table;
};

static int find(struct dl_phdr_info *program, size_t size, void *result) {
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
        if (segment->p_type == PT_GNU_EH_FRAME) {
            ((struct found *)result)->table = (void *)(program->dlpi_addr + segment->p_vaddr);
            return 1;
        }
    }
    return 0;
}

int _dl_find_object(void *address, void *result) { return dl_iterate_phdr(find, result) ? 0 : -1; }
