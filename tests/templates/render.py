#!/usr/bin/env python3
# render.py TEMPLATE key=value...: fill a template as launcher/script does, for the tests of the
# templates alone. Lists and the environment are given as JSON.
import sys, os, re, shlex
D = os.environ.get("TEMPLATES") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../templates")
W = lambda l: " ".join(shlex.quote(x) for x in l)
v = dict(interpreter="#!/bin/bash", directives="", version="0.1", point="lr=1,seed=2-abc", attempt=1, sweep_folder="/nonexistent", jobs_folder="", sweep_in_folder="/nonexistent", base="/nonexistent/points/p", environment={},
  params_json='{"lr":"1"}', setup=[], modules=[], venv="", conda="", wrap=[], command=["true"], timeout_seconds=0, nodes=1, cpus_per_task=1, gpus_per_task=0, mem_mib=0, exclusive=0,
  bootstrap="direct", bootstrap_forced=0, bootstrap_reason="asked for", ports_first=10000, ports_last=31999, ports_strict=0, interface="", ray_cpus="task", object_store_mib=0, temp_folder="/tmp",
  tasks="", outputs="", ray_logs="failed", warn_signal="", signal_lead=0, allow_open=0, hide_gpus=1, ray_tls="auto", start_timeout=600, requeue=0, ray_start_args=[], head_step=0, step_options=[], array=0, require_result=1, smoke=0, fs_grace=10, code="")
import json
for a in sys.argv[2:]:
    if a == "--": break
    k, _, x = a.partition("=")
    if k == "directives": v[k] = x; continue
    v[k] = json.loads(x) if k in ("setup","modules","wrap","command","ray_start_args","step_options","environment") else x
import subprocess
v["keeper"] = subprocess.run(["bash", D + "/join.sh", D + "/keeper"], stdout=subprocess.PIPE, check=True).stdout.decode()
out = {}
for k, x in v.items():
    if isinstance(x, list): out[k] = W(x)
    elif isinstance(x, dict): out[k] = "\n".join("export %s=%s" % (a, shlex.quote(b)) for a, b in x.items())
    elif k in ("interpreter", "directives") : out[k] = x
    elif k in ("attempt","timeout_seconds","nodes","cpus_per_task","gpus_per_task","mem_mib","exclusive","bootstrap_forced","ports_first","ports_last","ports_strict","object_store_mib","signal_lead","allow_open","hide_gpus","start_timeout","requeue","head_step","array","require_result","smoke","fs_grace"): out[k] = str(x)
    elif k == "version": out[k] = x
    else: out[k] = shlex.quote(str(x))
raw = v
def render(name):
    res, stack = [], []
    for line in open(os.path.join(D, name)).read().split("\n"):
        s = line.strip()
        m = re.fullmatch(r"\{\{if (\w+)\}\}", s)
        if m: stack.append(out[m[1]] not in ("", "''", "0")); continue
        if s == "{{else}}": stack[-1] = not stack[-1]; continue
        if s == "{{end}}": stack.pop(); continue
        if not all(stack): continue
        m = re.fullmatch(r"\{\{include (\S+)\}\}", s)
        if m: res.append(render(m[1]).rstrip("\n")); continue
        res.append(re.sub(r"\{\{(\w+)\}\}", lambda m: out[m[1]], line))
    return "\n".join(res)
sys.stdout.write(render(sys.argv[1]))
