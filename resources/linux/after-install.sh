#!/bin/sh
# Runs after the files of a deb or rpm are in place. Nothing here may fail the installation for a tool that a system does not have.
set -e
home='/opt/${sanitizedProductName}'

ln -sf "$home/bin/sluice" /usr/bin/sluice
ln -sf "$home/${executable}" '/usr/bin/${executable}'

# Where the kernel gives user namespaces to everyone (asked as nobody: root always gets them), Chromium's sandbox needs no program of root's.
if setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user true 2>/dev/null; then
  chmod 0755 "$home/chrome-sandbox"
else
  chmod 4755 "$home/chrome-sandbox"
fi

# Ubuntu 24.04 on gives user namespaces only to programs with a profile.
if command -v apparmor_parser >/dev/null 2>&1 && [ -d /etc/apparmor.d ]; then
  if apparmor_parser --skip-kernel-load --skip-cache "$home/resources/apparmor-profile" >/dev/null 2>&1; then
    cp -f "$home/resources/apparmor-profile" '/etc/apparmor.d/${executable}'
    apparmor_parser --replace --write-cache --skip-read-cache '/etc/apparmor.d/${executable}' >/dev/null 2>&1 || true
  fi
fi

if command -v update-mime-database >/dev/null 2>&1; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database /usr/share/applications || true; fi
if command -v gtk-update-icon-cache >/dev/null 2>&1; then gtk-update-icon-cache -q -f /usr/share/icons/hicolor || true; fi
