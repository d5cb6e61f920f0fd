/* result_status.h - what a result's own member "status" says
 *
 * Programs write many words for the same thing. They are read without case:
 *
 *   completed   completed, complete, success, succeeded, ok, done, finished
 *   failed      failed, failure, error, crashed
 *   timeout     timeout
 *
 * No status, one that is no text, or another word says nothing: how the job ended then
 * decides whether the result counts (outcome.h).
 */
#ifndef COLLECTOR_OUTCOME_RESULT_STATUS_H
#define COLLECTOR_OUTCOME_RESULT_STATUS_H

#include <stddef.h>

enum result_status {
    RESULT_SAYS_NOTHING,
    RESULT_SAYS_COMPLETED,
    RESULT_SAYS_FAILED,
    RESULT_SAYS_TIMEOUT
};

#define RESULT_STATUS_WORD 32 /* bytes of an unknown word that are kept */

/* The status of a whole JSON object (`size` bytes; scan.h tells that it is whole). Of
 * several members "status" the last one counts, as JSON readers have it. `ret_unknown`
 * gets the beginning of a value that says nothing, printable, "" for none and null.
 * Pure. */
enum result_status result_status(const char *json, size_t size,
                                 char ret_unknown[RESULT_STATUS_WORD]);

#endif
