# The parent of the entrypoint under symmetric-run, which gives its child a captured stdout and
# does not say how it ended: this process gets the job's own stdout and says both over a socket.

def entry_main(path, words):
    link = socket.socket(socket.AF_UNIX)
    link.connect(path)
    data, extra, _, _ = link.recvmsg(64, socket.CMSG_SPACE(8))
    if not data or not extra:
        return 1
    out, err = struct.unpack("ii", extra[0][2][:8])
    wake, wake_end = os.pipe()
    for end in (wake, wake_end):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake_end)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda *_: None)
    env = dict(os.environ)
    for name in ("RAY_SYMMETRIC_RUN_CLUSTER_WAIT_TIMEOUT", "RAY_gcs_rpc_server_reconnect_timeout_s"):
        env.pop(name, None)
    try:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                                 preexec_fn=os.setpgrp)
    except OSError as error:
        os.write(err, ("raylaunch: \"%s\": %s\n" % (words[0], error.strerror)).encode("utf-8", "replace"))
        code = 127 if isinstance(error, FileNotFoundError) else 126
        link.sendall(b"entry_end exit %d\n" % code)
        return code
    os.close(out)
    os.close(err)
    link.sendall(b"entry_pid %d\n" % child.pid)
    code = entry_wait(child, link, wake)
    try:
        link.sendall(b"entry_end exit %d\n" % code if code >= 0 else b"entry_end signal %d\n" % -code)
    except OSError:
        pass
    end_group(child.pid)
    return code if code >= 0 else 128 - code


def entry_wait(child, link, wake):
    heard, lost = b"", 0.0
    while child.poll() is None:
        sources = [wake] if lost else [wake, link]
        ready = select.select(sources, [], [], 0.5)[0]
        if wake in ready:
            os.read(wake, 512)
        if link in ready:
            data = link.recv(4096)
            heard += data
            if not data:
                lost = time.monotonic()
                group_signal(child.pid, signal.SIGTERM)
        while b"\n" in heard:
            line, heard = heard.split(b"\n", 1)
            number = getattr(signal, "SIG" + line.decode().partition(" ")[2], None)
            if number is not None:
                group_signal(child.pid, number)
        if lost and time.monotonic() - lost > 2:
            group_signal(child.pid, signal.SIGKILL)
    return child.returncode


def group_signal(group, number):
    try:
        os.killpg(group, number)
        return True
    except OSError:
        return False


def end_group(group):
    """What the entrypoint left behind in its process group."""
    if group_signal(group, signal.SIGTERM):
        end = time.monotonic() + 2
        while time.monotonic() < end and group_signal(group, 0):
            time.sleep(0.05)
        group_signal(group, signal.SIGKILL)
