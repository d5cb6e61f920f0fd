# shellcheck shell=bash
# outputs.sh: the input that the collect pairs share, made once: $BENCH/outputs
prepare()
{
    [ -d "$BENCH/outputs" ] || {
        rm -rf "$BENCH/outputs.part"
        python3 tests/bench/outputs.py "$BENCH/outputs"
    }
}
