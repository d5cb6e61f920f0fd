# The values of this attempt; everything below this part is the same in every script.
rl_point={{point}}
rl_attempt={{attempt}}
rl_base={{base}}
rl_requeue={{requeue}}
rl_temp_folder={{temp_folder}}
rl_timeout={{timeout_seconds}}
rl_warn_signal={{warn_signal}}
rl_ray_logs={{ray_logs}}
rl_require_result={{require_result}}
rl_smoke={{smoke}}
rl_params={{params_json}}
rl_setup_lines=({{setup}})
rl_modules=({{modules}})
rl_venv={{venv}}
rl_conda={{conda}}
rl_wrap=({{wrap}})
rl_command=({{command}})
