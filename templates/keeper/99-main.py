# Where it begins.

NODE = (os.environ.get("SLURMD_NODENAME") or socket.gethostname()).split(".")[0]
BELL = sys.argv[2] == "bell=4"  # a pipe that wakes the batch script up
if sys.argv[1] == "entry":
    sys.exit(entry_main(sys.argv[2], sys.argv[3:]))
if sys.argv[1] == "step":
    sys.exit(step_main(sys.argv[2], sys.argv[3:]))
try:
    Keeper(options(sys.argv[1:])).live()
except Failure as problem:
    say("failed", problem.cause + " " + problem.text)
