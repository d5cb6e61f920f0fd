# The login shell changes nothing here.
set +o posix && unset -v "${!rl_@}" "${!RAYLAUNCH_PARAM@}" EXECIGNORE FUNCNEST TMOUT
export LC_ALL=C PATH=/usr/bin:/bin${PATH:+:$PATH} && rl_umask=$(umask) && umask u+rwx,go-w
