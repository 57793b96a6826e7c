#!/usr/bin/env bash
# Builds kernel.c into kernel-wasm.ts, or into the file that is named. Needs clang 14 and lld 14; only whoever
# changes kernel.c needs them: what comes out is checked in, and a test compares it byte for byte.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
into=${1:-$here/kernel-wasm.ts}
module=$(mktemp)
trap 'rm -f "$module"' EXIT
# No fused multiply-add and no calls into a C library: the module stands by itself.
# Memory is shared, so that a second thread can have an instance of its own on it, with a stack of its own.
clang --target=wasm32 -O3 -msimd128 -matomics -mbulk-memory -mmutable-globals -ffreestanding -ffp-contract=off -nostdlib \
  -Wl,--no-entry -Wl,--import-memory -Wl,--shared-memory -Wl,--max-memory=2147483648 \
  -Wl,--export=__stack_pointer -Wl,--strip-all -o "$module" "$here/kernel.c"
{
  echo "// Made from kernel.c by \`npm run kernel\`; not to be edited."
  echo "export const KERNEL_BASE64 ="
  echo "  \"$(base64 -w0 "$module")\";"
} > "$into"
