#!/bin/sh
# Copies the documents to the external disk. Run on the first Sunday of every month.
set -eu

SOURCE="$HOME/Documents"
TARGET="/media/backup/$(date +%Y-%m)"

if ! mountpoint -q /media/backup; then
  echo "The backup disk is not plugged in." >&2
  exit 1
fi

mkdir -p "$TARGET"
# Hard links to the previous month save space: only changed files are copied.
PREVIOUS="$(ls -d /media/backup/20* 2>/dev/null | tail -n 2 | head -n 1 || true)"
rsync --archive --delete ${PREVIOUS:+--link-dest="$PREVIOUS"} "$SOURCE/" "$TARGET/"
echo "Saved to $TARGET. Take the disk back to the neighbor."
