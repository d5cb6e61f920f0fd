# ---- the values that a job's script does not say -----------------------------------------------
# raylaunch leaves out of a script what has the value that stands here. It reads these lines: a
# value or a list a line, and nothing else between the two rules.
: "${rl_requeue:=0}"                                    # may Slurm start the job again?
: "${rl_temp_folder:=/tmp}"                             # where this job makes its private folder
: "${rl_timeout:=28800}"                                # seconds for the entrypoint, 0 no limit
: "${rl_warn_signal:=}"                                 # sent to the entrypoint near the time limit
: "${rl_ray_logs:=failed}"                              # whose Ray logs are kept: failed, all, none
: "${rl_require_result:=1}"                             # is a result line wanted in the output?
: "${rl_smoke:=0}"                                      # do others wait for this one's result?
: "${rl_folder:=}"                                      # where the job runs, empty: where it begins
: "${rl_venv:=}"                                        # Python venv to activate
: "${rl_conda:=}"                                       # conda environment to activate
[ -n "${rl_modules+x}" ] || rl_modules=()               # to load
[ -n "${rl_wrap+x}" ] || rl_wrap=()                     # words before every program
# ------------------------------------------------------------------------------------------------
rl_setup_lines=() # the function rl_user_setup has them
