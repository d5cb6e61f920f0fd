{{include parts/prepare.sh}}

rl_export() { # into the environment: parameters of the point, and --env
    :
{{environment}}
}
