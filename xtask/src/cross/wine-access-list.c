/* Why the test of access lists does not run under Wine: a new file does not inherit the list of its
   folder, and the `icacls` of Wine does nothing. Wine has the mode of a Unix file for both.
   Prints "inherited" on Windows, and "not inherited" under Wine 8. Link with advapi32. */
#include <stdio.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

int main(void) {
    char folder[MAX_PATH + 16], file[MAX_PATH + 32];
    GetTempPath(MAX_PATH, folder);
    sprintf(folder + strlen(folder), "list-%lu", GetCurrentProcessId());
    sprintf(file, "%s\\file", folder);
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes};
    /* The system and users who have signed in, for everything in the folder. */
    char *list = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;AU)";
    if (!ConvertStringSecurityDescriptorToSecurityDescriptor(
            list, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL)) return 2;
    if (!CreateDirectory(folder, &attributes)) return 3;
    HANDLE created = CreateFile(file, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (created == INVALID_HANDLE_VALUE) return 4;
    ACL *entries;
    GetNamedSecurityInfo(file, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL, &entries, NULL, NULL);
    ACE_HEADER *first;
    int is_inherited = GetAce(entries, 0, (void **)&first) && first->AceFlags & INHERITED_ACE;
    CloseHandle(created);
    RemoveDirectory(folder);
    printf("%s\n", is_inherited ? "inherited" : "not inherited");
}
