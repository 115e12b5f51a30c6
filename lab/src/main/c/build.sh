#!/bin/sh
# Compiles the lab's C programs into the folder named as the only argument; what is newer than its sources stays.
set -eu
sources=$(dirname "$0")
out=$1
if ! command -v gcc > /dev/null; then
    echo "gcc is missing: the lab's load generator, origin and observer are C programs (Debian: apt-get install gcc libc6-dev)" >&2
    exit 1
fi
mkdir -p "$out"
for source in "$sources"/*.c; do
    program=$out/$(basename "$source" .c)
    if [ -x "$program" ] && [ -z "$(find "$sources" -newer "$program" -name '*.[ch]')" ]; then
        continue
    fi
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -o "$program.new" "$source" -lm
    mv "$program.new" "$program"
done
