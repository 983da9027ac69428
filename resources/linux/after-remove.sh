#!/bin/sh
# Runs after a deb or rpm was taken away, and by dpkg and rpm also while a newer version takes its place. People's data folders are theirs:
# they stay, whatever happens here.
set -e
case "$1" in
# dpkg says "upgrade" (and words of failed upgrades), rpm the number of copies that stay.
upgrade | failed-upgrade | abort-install | abort-upgrade | disappear | 1) exit 0 ;;
esac

rm -f /usr/bin/sluice '/usr/bin/${executable}'
if [ -f '/etc/apparmor.d/${executable}' ]; then
  if command -v apparmor_parser >/dev/null 2>&1; then apparmor_parser --remove '/etc/apparmor.d/${executable}' >/dev/null 2>&1 || true; fi
  rm -f '/etc/apparmor.d/${executable}'
fi
if command -v update-mime-database >/dev/null 2>&1; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database /usr/share/applications || true; fi

# A package of the system does not reach into people's homes, not even when all of it is to go.
if [ "$1" = purge ]; then
  echo 'What Sluice has kept for people stays: each has a data folder, usually ~/.local/share/sluice. "sluice data remove" takes it away before the program goes; without it, remove the folder by hand.'
fi
