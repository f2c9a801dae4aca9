#!/bin/sh
# Uploads a file to a bucket as the target of a chain: upload.sh CHAIN BUCKET FILE
#
# curl reads the header from file descriptor 3, because every user of the machine can read a token on a command line.
set -eu
chain=$1 bucket=$2 file=$3
storage=${STORAGE_EMULATOR_HOST:-https://storage.googleapis.com}

exec "$(dirname "$0")/../../hopmint" read "$chain" -f "${CHAINS:-chains.yaml}" --header --exec -- \
  curl --silent --show-error --fail --output /dev/null -H @/dev/fd/3 --data-binary "@$file" \
  "$storage/upload/storage/v1/b/$bucket/o?uploadType=media&name=$(basename "$file")"
