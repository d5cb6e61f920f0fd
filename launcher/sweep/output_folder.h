/* output_folder.h - the folder that holds sweeps
 *
 * Its results, logs and archives are nobody's source: a .gitignore of `*` keeps them
 * out of commits and out of what Ray packs for `runtime_env={"working_dir": "."}`.
 */
#ifndef LAUNCHER_SWEEP_OUTPUT_FOLDER_H
#define LAUNCHER_SWEEP_OUTPUT_FOLDER_H

#include "launcher/common/error.h"

/* Make the sweep's folder, durable, for nobody else to write in (own_folder.h), and the
 * one above it, where others may have sweeps of their own. That one gets a .gitignore
 * if it was made here, or has the default name and none: any other may be a project. */
int output_folder_make(const char *sweep_path, struct error *err);

#endif
