#include "launcher/plan/programs.h"

#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"

static const struct interpreter interpreters[] = {
    {"python", "WX", "c", "m", false}, {"pypy", "WX", "c", "m", false},
    {"bash", "oO", "c", "", true},     {"sh", "o", "c", "", true},
    {"dash", "o", "c", "", true},      {"zsh", "o", "c", "", true},
    {"ksh", "o", "c", "", true},       {"fish", "C", "c", "", true},
    {"perl", "I", "eE", "", false},    {"ruby", "Ir", "e", "", false},
    {"Rscript", "", "e", "", false},   {"julia", "ptLJCH", "eE", "", false},
    {"node", "r", "ep", "", false},    {"lua", "l", "e", "", false},
    {"php", "dc", "r", "", false},     {"octave", "p", "", "", false},
};

/* Long options of interpreters with the value in the next word. */
static const char *const long_with_value[] = {
    "--rcfile", "--init-file", "--require", "--import", "--check-hash-based-pycs",
    NULL};

static const struct wrapper wrappers[] = {
    {"uv", "run",
     " -p --python --with --with-editable --with-requirements --extra --group "
     "--env-file"
     " --directory --project --index --default-index --index-url -i --package ",
     0, false, false},
    {"poetry", "run", " -C --directory -P --project ", 0, false, false},
    {"pipenv", "run", "", 0, false, false},
    {"pdm", "run", " -p --project ", 0, false, false},
    {"rye", "run", "", 0, false, false},
    {"pixi", "run", " -e --environment --manifest-path ", 0, false, false},
    {"conda", "run", " -n --name -p --prefix --cwd ", 0, false, false},
    {"mamba", "run", " -n --name -p --prefix --cwd ", 0, false, false},
    {"micromamba", "run", " -n --name -p --prefix --cwd ", 0, false, false},
    {"apptainer", "exec", " -B --bind --env --env-file -H --home --pwd --overlay -W ",
     1, false, true},
    {"singularity", "exec", " -B --bind --env --env-file -H --home --pwd --overlay -W ",
     1, false, true},
    {"srun", NULL, " -n -N -c -w -x -p -A -t -J -o -e -G -C -D -q -u ", 0, false,
     false},
    {"mpirun", NULL, " -n -np -c -N -H -host --host -hostfile --hostfile -x -wdir ", 0,
     false, false},
    {"mpiexec", NULL, " -n -np -c -N -H -host --host -hostfile --hostfile -x -wdir ", 0,
     false, false},
    {"env", NULL, " -u --unset -C --chdir -S ", 0, true, false},
    {"nice", NULL, " -n ", 0, false, false},
    {"nohup", NULL, "", 0, false, false},
    {"time", NULL, " -f -o ", 0, false, false},
    {"timeout", NULL, " -k -s ", 1, false, false},
    {"stdbuf", NULL, " -i -o -e ", 0, false, false},
    {"numactl", NULL, " -N -m -C -p ", 0, false, false},
    {"taskset", NULL, "", 1, false, false},
    {"xvfb-run", NULL, " -n -s -e -f -p -w ", 0, false, false},
    {"accelerate", "launch",
     " --num_processes --num_machines --config_file --mixed_precision --gpu_ids"
     " --main_process_port ",
     0, false, false},
    {"torchrun", NULL,
     " --nproc_per_node --nproc-per-node --nnodes --node_rank --master_addr "
     "--master_port"
     " --rdzv_backend --rdzv_endpoint --rdzv_id ",
     0, false, false},
    {"deepspeed", NULL, " --num_gpus --num_nodes --master_port --include --exclude ", 0,
     false, false},
};

const struct interpreter *program_interpreter(const char *word)
{
    const char *base = path_base(word);

    for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++) {
        size_t size = strlen(interpreters[i].name);
        if (strncmp(base, interpreters[i].name, size) == 0 &&
            strspn(base + size, "0123456789.") == strlen(base + size))
            return &interpreters[i];
    }
    return NULL;
}

const struct wrapper *program_wrapper(const char *word, const char *next)
{
    const char *base = path_base(word);

    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        if (strcmp(base, wrappers[i].name) == 0 &&
            (!wrappers[i].verb || strcmp(next, wrappers[i].verb) == 0))
            return &wrappers[i];
    }
    return NULL;
}

bool program_option_takes_value(const struct wrapper *wrapper, const char *option)
{
    cleanup_free char *wanted = xasprintf(" %s ", option);

    return strstr(wrapper->with_value, wanted) != NULL;
}

bool program_long_takes_value(const char *option)
{
    for (size_t i = 0; long_with_value[i]; i++) {
        if (strcmp(option, long_with_value[i]) == 0)
            return true;
    }
    return false;
}
