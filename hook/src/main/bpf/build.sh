#!/bin/sh
# Compiles the BPF programs into the folder named as the first argument; what is newer than its sources stays. Further arguments are
# sources elsewhere, which may include this folder's headers (the tests have one).
# Without clang or libbpf's headers nothing is made and the build goes on: everything but the hook works, and the hook says what is
# missing when it is wanted.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
[ $# -gt 0 ] || set -- "$here"/*.bpf.c
if ! command -v clang > /dev/null || [ ! -e /usr/include/bpf/bpf_helpers.h ]; then
    echo "no BPF programs: clang or libbpf's headers are missing (Debian: apt-get install clang libbpf-dev)" >&2
    exit 0
fi
mkdir -p "$out"
for source in "$@"; do
    [ -e "$source" ] || continue
    object=$out/$(basename "$source" .c).o
    if [ -e "$object" ] && [ -z "$(find "$here" "$(dirname "$source")" -newer "$object" -name '*.[ch]')" ]; then
        continue
    fi
    # asm/types.h is the machine's own, also for the BPF target.
    clang -g -O2 -Wall -Wextra -Werror -target bpf -mcpu=v3 -I"$here" -I/usr/include/"$(uname -m)"-linux-gnu -c "$source" -o "$object.new"
    mv "$object.new" "$object"
done
