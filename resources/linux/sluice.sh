#!/bin/sh
# The `sluice` command of an installed copy: plain Node, no display. It works wherever the folder lies, and through links to itself.
here=$(dirname "$(readlink -f "$0")")/..
# What other programs want of their Node is none of this one's business.
unset NODE_OPTIONS NODE_PATH
exec "$here/resources/node/node" "$here/resources/engine/main/cli.js" "$@"
