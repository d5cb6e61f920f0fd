#include "launcher/sweep/lock_asked.h"

#define NAME "lock.asked"

int lock_ask(const char *folder, struct lock *ret_asked, struct error *err)
{
    lock_init_named(ret_asked, folder, NAME);
    return lock_take(ret_asked, LOCK_ASKED_WAIT_MS, err);
}

bool lock_is_asked(const char *folder)
{
    struct lock asked;

    lock_init_named(&asked, folder, NAME);
    bool is_asked = lock_is_taken(&asked);
    lock_release(&asked);
    return is_asked;
}
