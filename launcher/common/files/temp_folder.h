/* temp_folder.h - a private folder under $TMPDIR, removed with all that is in it */
#ifndef LAUNCHER_COMMON_FILES_TEMP_FOLDER_H
#define LAUNCHER_COMMON_FILES_TEMP_FOLDER_H

#include "launcher/common/error.h"

int temp_folder_make(char **ret_path, struct error *err); /* owned; mode 0700 */
void temp_folder_remove(const char *path);                /* links are not followed */

#endif
