// How a copy was installed is seen where it lies: the system alone says nothing.
import { expect, it } from 'vitest'
import { findInstallation, type InstallationPlace } from '../../../src/main/updates/installation'

const place = (platform: string, files: readonly string[], linux: 'deb' | null = null): InstallationPlace => ({
  platform,
  exists: (path) => files.includes(path),
  list: () => files,
  findLinux: () => Promise.resolve(linux),
})

it.each([
  ['by its installer', ['sluice-window.exe', 'Uninstall Sluice.exe', 'resources'], 'nsis'],
  ['by its installer, under another name', ['sluice-window.exe', 'uninstall sluice-window.exe'], 'nsis'],
  ['unpacked beside another program', ['sluice-window.exe', 'Uninstall Other.exe'], 'folder'],
  ['by the msi, unpacked, or portable', ['sluice-window.exe', 'resources'], 'folder'],
])('on Windows: %s', async (_how, files, kind) => {
  expect(await findInstallation('C:\\Programs\\Sluice\\sluice-window.exe', place('win32', files))).toBe(kind)
})

const BUNDLE = '/Applications/Sluice.app/Contents'
it.each([
  ['a bundle', `${BUNDLE}/MacOS/Sluice`, [`${BUNDLE}/Resources/app.asar`], 'mac'],
  ['the bundle of a checkout', `${BUNDLE}/MacOS/Electron`, [`${BUNDLE}/Resources/default_app.asar`], 'folder'],
  ['no bundle', '/opt/sluice/sluice', ['/opt/Resources/app.asar'], 'folder'],
])('on macOS: %s', async (_how, executable, files, kind) => {
  expect(await findInstallation(executable, place('darwin', files))).toBe(kind)
})

it('on Linux: what the system says, else a folder', async () => {
  expect(await findInstallation('/opt/Sluice/sluice-window', place('linux', [], 'deb'))).toBe('deb')
  expect(await findInstallation('/opt/Sluice/sluice-window', place('linux', ['Uninstall Sluice.exe']))).toBe('folder')
})
