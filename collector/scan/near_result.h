/* near_result.h - where no result was found: what comes near to one, and what to do */
#ifndef COLLECTOR_SCAN_NEAR_RESULT_H
#define COLLECTOR_SCAN_NEAR_RESULT_H

/* Look into an attempt's `out_path` (for a marker in UTF-16) and `err_path` (for a
 * marker that went to standard error, as logging writes it; at most NEAR_RESULT_BYTES
 * of its end); each may be NULL or not there. One sentence for a person, owned, or
 * NULL. What is found is named, never counted. */
#define NEAR_RESULT_BYTES (16UL * 1024UL * 1024UL)
char *near_result_find(const char *out_path, const char *err_path);

#endif
