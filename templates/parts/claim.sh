# ---- the claim: an attempt runs in one job only ------------------------------------------------
# So a full disk leaves no claim without an owner, and where NFS sends a request twice the owner
# still reads his own id.
rl_claim() {
rl_owner=''
{{include parts/claim_link.sh}}
}

{{include parts/begin.sh}}
