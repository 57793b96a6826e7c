#!/usr/bin/env bash
# Builds kernel.c into kernel-wasm.ts, or into the file that is named. Needs clang 14 and lld 14; only whoever
# changes kernel.c needs them: what comes out is checked in, and a test compares it byte for byte.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
into=${1:-$here/kernel-wasm.ts}
module=$(mktemp)
trap 'rm -f "$module"' EXIT
# No fused multiply-add and no calls into a C library: the module stands by itself.
clang --target=wasm32 -O3 -msimd128 -ffreestanding -ffp-contract=off -nostdlib \
  -Wl,--no-entry -Wl,--import-memory -Wl,--strip-all -o "$module" "$here/kernel.c"
{
  echo "// Made from kernel.c by \`npm run kernel\`; not to be edited."
  echo "export const KERNEL_BASE64 ="
  echo "  \"$(base64 -w0 "$module")\";"
} > "$into"
