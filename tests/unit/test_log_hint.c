/* What the end of a log tells: Slurm's words, known causes, tracebacks. */
#include "collector/outcome/log_hint.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/text/text.h"
#include "tests/tap/tap.h"

static void check(const char *log, const char *cause, const char *line,
                  const char *what)
{
    struct log_hint hint = {0};

    log_hint_scan(log, strlen(log), true, &hint);
    is_string(hint.cause, cause, what);
    is_string(hint.line, line, what);
    log_hint_release(&hint);
}

#define TRACEBACK \
    "Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\n"

static void nothing(void)
{
    check("", "", NULL, "an empty log");
    check("\n\r\n \n", "", NULL, "blank lines");
    check("raylaunch: [  1.2s] point x\nsrun: error: n1\n", "", NULL,
          "raylaunch's and srun's talk");
}

static void tracebacks(void)
{
    check(TRACEBACK "ValueError: bad lr\n", "", "ValueError: bad lr", "a traceback");
    check(TRACEBACK "KeyboardInterrupt", "", "KeyboardInterrupt", "without a message");
    check("0: " TRACEBACK "0: my.pkg.OddError: x\r\n", "", "my.pkg.OddError: x",
          "srun's label");
    check("\x1b[36m(train pid=12, ip=10.0.0.1)\x1b[0m ValueError: x\n", "",
          "ValueError: x", "Ray's prefix in colour");
    check("Note: this is no exception\nusage: x\n", "", "usage: x", "the last line");
    check(TRACEBACK "ModuleNotFoundError: No module named 'a'\n" TRACEBACK
                    "ValueError: later\n",
          "", "ValueError: later", "a handled error is not the cause");
    check(TRACEBACK
          "ModuleNotFoundError: No module named 'a'\n\nDuring handling of the "
          "above exception, another exception occurred:\n\n" TRACEBACK
          "ValueError: later\n",
          "import_error", "ModuleNotFoundError: No module named 'a'",
          "but one that is said to be the reason is");
    check("ValueError: \x1b]0;title\x07\x01 x\n", "", "ValueError: ? x",
          "a title is left out, a control character made visible");
}

static void languages(void)
{
    check("Error in fit(3) : singular matrix\nCalls: main -> fit\nExecution halted\n",
          "", "Error in fit(3) : singular matrix", "R");
    check(
        "Error in solve.default(crossprod(X)) : \n  Lapack routine dgesv: exactly "
        "singular\nExecution halted\n",
        "",
        "Error in solve.default(crossprod(X)) : Lapack routine dgesv: exactly singular",
        "R, on two lines");
    check("Error: object 'x' not found\nExecution halted\n", "",
          "Error: object 'x' not found", "R at top level");
    check(
        "ERROR: LoadError: DomainError with -1.0:\nlog was called with a negative real "
        "argument\nStacktrace:\n [1] throw\n   @ ./math.jl:33\nin expression starting "
        "at "
        "/home/u/fit.jl:3\n",
        "",
        "ERROR: LoadError: DomainError with -1.0: log was called with a negative real "
        "argument",
        "Julia");
    check("thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\nnote: run "
          "with "
          "`RUST_BACKTRACE=1` environment variable to display a backtrace\n",
          "", "thread 'main' panicked at src/main.rs:4:5: index out of bounds", "Rust");
    check("thread 'main' panicked at 'boom', src/main.rs:2:5\nnote: run with "
          "`RUST_BACKTRACE=1` environment\n",
          "", "thread 'main' panicked at 'boom', src/main.rs:2:5", "an older Rust");
    check("Exception in thread \"main\" java.lang.RuntimeException: outer\n\tat "
          "A.main(A.java)"
          "\nCaused by: java.io.IOException: disk\n\t... 1 more\n",
          "", "Caused by: java.io.IOException: disk", "Java");
    check("panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n", "", "panic: boom",
          "Go");
    check("train: no such data set\n-----------------\nmpirun noticed that process "
          "rank 1 "
          "with PID 0 exited on signal 9\n-----------------\n",
          "", "train: no such data set", "MPI's epilogue is no reason");
    check("last words\n[1]-  Terminated              ( trap - CHLD TERM; exec x )\n",
          "", "last words", "nor are bash's words about its jobs");
    check("last words\n/tmp/rl.dMd/job.sh: line 500: 31538 Aborted                 ( "
          "trap - "
          "CHLD TERM INT HUP USR1; exec {rl_events}>&- )\n",
          "", "last words", "nor those about the script's own subshell");
    check("./run.sh: line 3: 12 Killed                  python train.py\n", "",
          "./run.sh: line 3: 12 Killed                  python train.py",
          "but those about the user's script");
}

/* What stands behind the reason is the larger part of such logs. */
static void epilogues(void)
{
    check(
        "\nthread 'main' (38) panicked at a.rs:1:31:\nindex out of bounds: the len is "
        "1\nstack backtrace:\n   0: __rustc::rust_begin_unwind\n             at "
        "/rustc/5980/library/std/src/panicking.rs:689:5\nnote: Some details are "
        "omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
        "",
        "thread 'main' (38) panicked at a.rs:1:31: index out of bounds: the len is 1",
        "Rust's backtrace");
    check("thread '<unnamed>' (40) panicked at c.rs:1:90:\nbad lr\nthread 'main' (39) "
          "panicked at c.rs:1:113:\ncalled `Result::unwrap()` on an `Err` value: Any { "
          ".. }\n",
          "", "thread '<unnamed>' (40) panicked at c.rs:1:90: bad lr",
          "Rust's first panic of two");
    check("fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan "
          "receive]:\nmain.main()\n\t/e.go:2 +0x25\n",
          "", "fatal error: all goroutines are asleep - deadlock!", "Go's deadlock");
    check(
        "terminate called after throwing an instance of 'std::out_of_range'\n  what():"
        "  vector::_M_range_check\nAborted\n",
        "",
        "terminate called after throwing an instance of 'std::out_of_range' what():  "
        "vector::_M_range_check",
        "C++");
    check(
        "==4424==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6\n    #0 "
        "0x5 in main d.cc:1\nShadow bytes around:\n==4424==ABORTING\n",
        "", "==4424==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6",
        "a sanitizer");
    check("At line 12 of file fit.f90\nFortran runtime error: End of file\n\nError "
          "termination. Backtrace:\n#0  0x7f in ???\n#2  0x55 in main\n",
          "", "Fortran runtime error: End of file", "Fortran");
    check("x\nbad matrix at a.pl line 1.\n\tmain::f(3) called at a.pl line 1\n", "",
          "bad matrix at a.pl line 1.",
          "Perl: indented lines go on with what is above");
    check("{\bError using train (line 12)\nUndefined function 'foo'.\n\nError in run "
          "(line 3)\n    train(3)\n}\b\n",
          "", "Error using train (line 12) Undefined function 'foo'.", "MATLAB");
    check("error: 'y' undefined\nerror: called from\n    fit at line 3 column 5\n", "",
          "error: 'y' undefined", "Octave");
    check("[12] signal (11.1): Segmentation fault\nin expression starting at "
          "x.jl:1\nunsafe_load at ./pointer.jl:153\n",
          "", "[12] signal (11.1): Segmentation fault", "Julia's signal");
    check(
        "train: no such data set\n-----\nMPI_ABORT was invoked on rank 1 in "
        "communicator MPI_COMM_WORLD\nwith errorcode 3.\n\nNOTE: invoking MPI_ABORT "
        "causes Open MPI to kill all MPI processes.\nYou may or may not see output "
        "from other processes, depending on\nexactly when Open MPI kills "
        "them.\n-----\n[n1:1] 1 more process has sent help message help-mpi-api.txt\n",
        "", "train: no such data set", "Open MPI's abort");
    check("MPI_ABORT was invoked on rank 1\nwith errorcode 3.\n", "",
          "MPI_ABORT was invoked on rank 1", "where it is all that is said");
    check("own words\napplication called MPI_Abort(MPI_COMM_WORLD, 3) - process 1\n"
          "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n",
          "", "own words", "MPICH's abort");
    check(
        "F1128 06:00:00.1  1234 t.cc:12] Check failed: n > 0\n*** Check failure stack "
        "trace: ***\n    @     0x7f2  main\n",
        "", "F1128 06:00:00.1  1234 t.cc:12] Check failed: n > 0", "glog");
}

static void r_says_more(void)
{
    check(
        "Error in `mutate()`:\ni In argument: `z`.\nCaused by error in `g()`:\n! could "
        "not find function \"g\"\nBacktrace:\n 1. dplyr::mutate()\nExecution halted\n",
        "", "Caused by error in `g()`: ! could not find function \"g\"", "rlang");
    check(" *** caught segfault ***\naddress 0x0, cause 'memory not "
          "mapped'\n\nTraceback:\n 1: .Call(1)\n",
          "", "*** caught segfault *** address 0x0, cause 'memory not mapped'",
          "R's own crash");
    check(
        "Error in file(f, \"rt\") : cannot open the connection\nCalls: read.csv\nIn "
        "addition: Warning message:\nIn file(f, \"rt\") :\n  cannot open file 'x.csv': "
        "No such file\nExecution halted\n",
        "",
        "Error in file(f, \"rt\") : cannot open the connection: cannot open file "
        "'x.csv': No such file",
        "which file it was");
    check("Fehler in f(3) : objekt 'x' nicht gefunden\nAusf\xc3\xbchrung angehalten\n",
          "", "Fehler in f(3) : objekt 'x' nicht gefunden", "in German");
}

static void asides_and_launchers(void)
{
    check(TRACEBACK
          "Diverged: real\nException ignored in: <function A.__del__>\n" TRACEBACK
          "ImportError: sys.meta_path is None\n",
          "", "Diverged: real", "what Python ignored is no reason");
    check("Exception ignored in: <function A.__del__>\n" TRACEBACK
          "ValueError: x\nout of disk\n",
          "", "out of disk", "nor before the last words");
    check("[rank0]: " TRACEBACK "[rank0]: RuntimeError: size mismatch\n" TRACEBACK
          "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n=====\n"
          "train.py FAILED\n-----\n",
          "", "RuntimeError: size mismatch", "torchrun's word of a child's end");
    check(TRACEBACK "torch.OutOfMemoryError: CUDA out of memory\n" TRACEBACK
                    "subprocess.CalledProcessError: Command 'x' returned 1.\n",
          "cuda_oom", "torch.OutOfMemoryError: CUDA out of memory",
          "a launcher does not hide the cause");
    check("epoch 1:  20%|##  | 2/10 [00:00<00:01]Traceback (most recent call last):\n  "
          "File \"t.py\"\nDiverged: nan\nepoch 1:  20%|##  | 2/10 [00:01<00:02]\n",
          "", "Diverged: nan", "glued to a progress bar");
    check("\xe2\x95\xad\xe2\x94\x80 Traceback (most recent call last) "
          "\xe2\x94\x80\xe2\x95\xae\n\xe2\x94\x82 x \xe2\x94\x82\nDiverged: nan\nbye\n",
          "", "Diverged: nan", "in rich's box");
    check(TRACEBACK "\x1b[1;35mmy.Odd\x1b[0m: \x1b[35mcolour\x1b[0m\nbye\n", "",
          "my.Odd: colour", "Python 3.13's colours");
    check(TRACEBACK "\x1b]8;;file:///t\x1b\\ValueError: x\x1b]8;;\x1b\\\n", "",
          "ValueError: x", "a link around it");
    check(TRACEBACK "a.ValidationError: 1 error:\nlr\n  must be positive\n", "",
          "a.ValidationError: 1 error: lr", "an error that goes on");
    check("config has no lr\nwandb: Find logs at: x\n 10%|#  | 1/10 [00:00<00:01, "
          "3it/s]\nx.py:3: UserWarning: leaked\n  warnings.warn(x)\n",
          "", "config has no lr", "small talk behind the last words");
}

static void packages(void)
{
    check("Fatal error:\nFile input/output error: topol.tpr\n\nFor more information "
          "and tips please check the GROMACS\nwebsite at https://x\n-----\n",
          "", "Fatal error: File input/output error: topol.tpr", "GROMACS");
    check("--> FOAM FATAL ERROR: \ncannot find file controlDict\n\n    From f\n\nFOAM "
          "exiting\n",
          "", "--> FOAM FATAL ERROR: cannot find file controlDict", "OpenFOAM");
    check(
        "[0]PETSC ERROR: Out of memory. x\n[0]PETSC ERROR: #1 main() line 3 in ex.c\n",
        "", "Out of memory. x", "PETSc");
    check("thread 12 panic: index out of bounds\n/x/a.zig:3:5: 0x1 in main (a)\n", "",
          "thread 12 panic: index out of bounds", "Zig");
    check("# A fatal error has been detected\n#\n#  SIGSEGV (0xb) at pc=0x7f, pid=12\n"
          "#\n# JRE version: x\n#\n",
          "", "#  SIGSEGV (0xb) at pc=0x7f, pid=12", "the Java machine");
}

/* "error: …" and much more behind it: the program went on. */
static void going_on(void)
{
    struct text text = {0};

    text_add(&text, "ERROR: pip's resolver does not take into account\n");
    for (int i = 0; i < 3; i++)
        text_add(&text, "step\n");
    check(text_string(&text), "", "ERROR: pip's resolver does not take into account",
          "a few lines behind an error");
    for (int i = 0; i < 40; i++)
        text_add(&text, "step\n");
    text_add(&text, "out of disk\n");
    check(text_string(&text), "", "out of disk", "many lines behind an error");
    text_clear(&text);
    text_add(&text, TRACEBACK "Diverged: nan\n");
    for (int i = 0; i < 40; i++)
        text_add(&text, "rank 3 waits\n");
    check(text_string(&text), "", "Diverged: nan", "many lines behind a traceback");
    text_release(&text);
}

static void groups_and_ray(void)
{
    check("  + Exception Group Traceback (most recent call last):\n"
          "  |   File \"fit.py\", line 1, in <module>\n"
          "  | ExceptionGroup: many (2 sub-exceptions)\n"
          "  +-+---------------- 1 ----------------\n"
          "    | Traceback (most recent call last):\n"
          "    |   File \"fit.py\", line 9, in f\n"
          "    | ValueError: one\n"
          "    +---------------- 2 ----------------\n"
          "    | TypeError: two\n"
          "    +------------------------------------\n",
          "", "ExceptionGroup: many (2 sub-exceptions): ValueError: one", "a group");
    check(TRACEBACK "ray.exceptions.RayTaskError(Odd): ray::f() (pid=1, ip=10.0.0.1)\n"
                    "  File \"t.py\", line 3, in f\nOdd: bad step\n",
          "", "Odd: bad step", "Ray's second line");
    check(TRACEBACK "KeyError: 'a'\n\nThe above exception was the direct cause of the "
                    "following exception:\n\n" TRACEBACK "ConfigProblem: no 'a'\n",
          "", "ConfigProblem: no 'a'", "chained: what was raised in the end");
}

static void known(void)
{
    check(TRACEBACK "ray.exceptions.RayTaskError(OutOfMemoryError): ray::f()\n"
                    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried\n"
                    "SystemExit: 1\n",
          "cuda_oom", "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried",
          "CUDA out of memory, also inside Ray's error");
    check(TRACEBACK "ImportError: libx.so\n", "import_error", "ImportError: libx.so",
          "ImportError");
    check("OSError: [Errno 98] Address already in use\n", "port_in_use",
          "OSError: [Errno 98] Address already in use", "a taken port");
    check("x.sh: line 3: trian: command not found\n", "command_not_found",
          "x.sh: line 3: trian: command not found", "command not found");
    check(TRACEBACK
          "ImportError: libcuda.so.1: cannot open shared object file: No such "
          "file or directory\n",
          "cuda_missing",
          "ImportError: libcuda.so.1: cannot open shared object file: No such file or "
          "directory",
          "no driver rather than no module");
    check(TRACEBACK "AssertionError: CUDA not available\n", "cuda_missing",
          "AssertionError: CUDA not available", "no GPU");
    check("CUDA not available, using the CPU\n" TRACEBACK "ValueError: x\n", "",
          "ValueError: x", "but not where it goes on without");
    check(TRACEBACK "ray.exceptions.OutOfMemoryError: Task was killed due to the node "
                    "running low on memory.\n",
          "ray_oom",
          "ray.exceptions.OutOfMemoryError: Task was killed due to the node running "
          "low on memory.",
          "Ray's memory monitor");
    check(TRACEBACK "ConnectionError: Could not find any running Ray instance.\n",
          "ray_connect", "ConnectionError: Could not find any running Ray instance.",
          "no Ray cluster");
    check("job: line 9: exec: trian: not found\n", "command_not_found",
          "job: line 9: exec: trian: not found", "exec: not found");
}

static void slurm(void)
{
    check("slurmstepd-rl1: error: *** JOB 31 ON rl1 CANCELLED AT 2026-11-21T08:25:02 "
          "DUE TO "
          "TIME LIMIT ***\n" TRACEBACK "KeyboardInterrupt\n",
          "time_limit",
          "slurmstepd-rl1: error: *** JOB 31 ON rl1 CANCELLED AT 2026-11-21T08:25:02 "
          "DUE TO "
          "TIME LIMIT ***",
          "22.05's time limit");
    check("[2026-11-21T08:25:17.006] error: *** JOB 22 ON s26n1 CANCELLED AT "
          "2026-11-21T08:25:17 DUE to SIGNAL Terminated ***\n",
          "by_user",
          "[2026-11-21T08:25:17.006] error: *** JOB 22 ON s26n1 CANCELLED AT "
          "2026-11-21T08:25:17 DUE to SIGNAL Terminated ***",
          "26.05's scancel");
    check("slurmstepd: error: *** STEP 1.0 ON n CANCELLED AT t DUE TO TIME LIMIT ***\n"
          "slurmstepd: error: *** JOB 1 ON n CANCELLED AT t ***\n",
          "time_limit",
          "slurmstepd: error: *** STEP 1.0 ON n CANCELLED AT t DUE TO TIME LIMIT ***",
          "the reason tells more");
    check("slurmstepd: error: *** JOB 1 ON n CANCELLED AT t DUE TO PREEMPTION ***",
          "preempted",
          "slurmstepd: error: *** JOB 1 ON n CANCELLED AT t DUE TO PREEMPTION ***",
          "preemption");
    check("slurmstepd: error: *** JOB 1 ON n CANCELLED AT t DUE TO NODE FAILURE, SEE "
          "LOG ***",
          "node_fail",
          "slurmstepd: error: *** JOB 1 ON n CANCELLED AT t DUE TO NODE FAILURE, SEE "
          "LOG ***",
          "node failure");
    check("error: Detected 1 oom_kill event in StepId=172.batch.\nValueError: x\n",
          "out_of_memory", "error: Detected 1 oom_kill event in StepId=172.batch.",
          "out of memory");
    check("slurmstepd: error: Job 1 exceeded memory limit (2 > 1), being killed\n"
          "slurmstepd: error: *** JOB 1 ON n CANCELLED AT t ***\n",
          "out_of_memory",
          "slurmstepd: error: Job 1 exceeded memory limit (2 > 1), being killed",
          "OverMemoryKill");
}

/* The program's last line has no newline: what the script says is glued to it. */
static void said(void)
{
    static const char log[] =
        "no newlineraylaunch: [    0.0s] failed: entrypoint_exit: "
        "the entrypoint ended with exit code 7\n";
    struct log_hint hint = {0};

    log_hint_scan(log, sizeof log - 1, true, &hint);
    is_string(hint.line, "no newline", "the program's words");
    is_string(hint.said_cause, "entrypoint_exit", "and the script's");
    log_hint_release(&hint);
}

static void put(const char *path, const char *head, size_t padding, const char *tail)
{
    FILE *file = fopen(path, "w");

    if (!file)
        abort();
    fputs(head, file);
    for (size_t i = 0; i < padding; i++)
        fputc(i % 80 == 79 ? '\n' : '.', file);
    fputs(tail, file);
    fclose(file);
}

static void files(void)
{
    char folder[] = "/tmp/test_log_hint.XXXXXX";
    char out[64], err[64];
    struct log_hint hint = {0};

    if (!mkdtemp(folder))
        abort();
    snprintf(out, sizeof out, "%s/x.out", folder);
    snprintf(err, sizeof err, "%s/x.err", folder);
    log_hint_find(out, NULL, &hint);
    ok(hint.rank == LOG_HINT_NONE && !hint.line, "no files, no hint");
    put(out, "CUDA out of memory\n", LOG_HINT_TAIL_BYTES, "\nlast words\n");
    log_hint_find(out, err, &hint);
    ok(hint.rank == LOG_HINT_NONE, "only the last 64 KiB, and no last line of .out");
    log_hint_release(&hint);
    put(out, "", 0, "CUDA out of memory\n");
    put(err, "", 0, "ValueError: x\n");
    log_hint_find(out, err, &hint);
    is_string(hint.cause, "cuda_oom", "the more telling of the two files");
    log_hint_release(&hint);
    put(out, "", 0, "ValueError: out\n");
    log_hint_find(out, err, &hint);
    is_string(hint.line, "ValueError: x", "of equal ones .err");
    log_hint_release(&hint);
    put(err, "ValueError: long ", 3 * LOG_HINT_TAIL_BYTES, "");
    FILE *file = fopen(err, "r+");
    for (int i = 0; file && i < 3 * (int)LOG_HINT_TAIL_BYTES; i++)
        fputc(i < 17 ? "ValueError: long "[i] : 'y', file);
    if (!file || fclose(file) != 0)
        abort();
    log_hint_find(NULL, err, &hint);
    ok(hint.line && strncmp(hint.line, "ValueError: long y", 18) == 0,
       "a line longer than what is looked at is read from its beginning");
    log_hint_release(&hint);
    unlink(out);
    unlink(err);
    rmdir(folder);
}

int main(void)
{
    nothing();
    tracebacks();
    languages();
    epilogues();
    packages();
    going_on();
    r_says_more();
    asides_and_launchers();
    groups_and_ray();
    known();
    slurm();
    said();
    files();
    return tap_done();
}
