// Owns what electron-builder is told: the targets of each system, names, icons, file types, fuses. Refuses to know what is inside: that is stage.mjs.
import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/places.mjs'

const fpm = join(root, 'scripts', 'package', 'fpm.mjs')

/** The program of the window; `sluice` is the command. */
export const WINDOW_PROGRAM = 'sluice-window'

/** Debian's `sluice` is another program (it limits pipes), with the same command: the two cannot be installed together. */
export const PACKAGE = 'sluice-desktop'

/** What can be opened with Sluice: as one more choice, never in place of what opens it now. */
const FILE_TYPES = [
  ['PDF document', 'application/pdf', ['pdf']],
  ['Word document', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', ['docx']],
  ['Word 97 document', 'application/msword', ['doc']],
  ['OpenDocument text', 'application/vnd.oasis.opendocument.text', ['odt']],
  ['Presentation', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', ['pptx']],
  ['Spreadsheet', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', ['xlsx']],
  ['Rich text', 'application/rtf', ['rtf']],
  ['Electronic book', 'application/epub+zip', ['epub']],
  ['Plain text', 'text/plain', ['txt']],
  ['Markdown', 'text/markdown', ['md']],
  ['E-mail', 'message/rfc822', ['eml']],
  ['Mailbox', 'application/mbox', ['mbox']],
  ['Outlook message', 'application/vnd.ms-outlook', ['msg']],
  ['Zip archive', 'application/zip', ['zip']],
  ['7-Zip archive', 'application/x-7z-compressed', ['7z']],
  ['Tar archive', 'application/x-tar', ['tar']],
]

const fileAssociations = FILE_TYPES.map(([name, , ext]) => ({ name, ext, role: 'Viewer', rank: 'Alternate' }))

/** Those of Linux name kinds that the system knows already: nothing is defined anew, so nothing of it can be taken away. */
const mimeTypes = FILE_TYPES.map(([, type]) => type)

/** By Electron's major version: the fuses that it has. A fuse that is not there cannot be set. */
const FUSES = [
  ['runAsNode', false, 12],
  ['enableCookieEncryption', true, 13],
  ['enableNodeOptionsEnvironmentVariable', false, 14],
  ['enableNodeCliInspectArguments', false, 15],
  ['enableEmbeddedAsarIntegrityValidation', true, 16],
  ['onlyLoadAppFromAsar', true, 16],
  ['grantFileProtocolExtraPrivileges', false, 29],
]

const fusesOf = (electron) =>
  Object.fromEntries(
    FUSES.filter(([, , since]) => Number(electron.split('.')[0]) >= since).map(([name, value]) => [name, value]),
  )

/** What the window needs of a Debian system; the command needs libc and libstdc++ alone. */
export const DEBIAN_DEPENDS = [
  'libasound2',
  'libatk-bridge2.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libdrm2',
  'libgbm1',
  'libgtk-3-0',
  'libnotify4',
  'libnss3',
  'libstdc++6',
  'libxss1',
  'libxtst6',
  'xdg-utils',
]

/**
 * The configuration for electron-builder's `build`.
 * `stage` is what stage.mjs made, `output` where the packages go, `runtime` the Electron, `isQuick` asks for fast compression.
 */
export function builderConfig({ stage, output, runtime, isQuick }) {
  const isTest = runtime.kind === 'test'
  const mark = isTest ? '-test-runtime' : ''
  return {
    appId: 'app.sluice.desktop',
    productName: 'Sluice',
    copyright: 'The Sluice authors',
    electronVersion: runtime.version,
    electronDist: runtime.dist,
    npmRebuild: false,
    nodeGypRebuild: false,
    asar: true,
    directories: { output, buildResources: join(root, 'resources') },
    files: ['out/**', 'package.json', '!node_modules'],
    electronLanguages: ['en-US', 'de'],
    electronFuses: { ...fusesOf(runtime.version), resetAdHocDarwinSignature: process.platform === 'darwin' },
    artifactName: `\${name}-\${version}-\${os}-\${arch}${mark}.\${ext}`,
    compression: isQuick ? 'store' : 'normal',
    protocols: [{ name: 'Sluice', schemes: ['sluice'] }],
    // Before the fuses are set and anything is signed.
    afterPack: ({ appOutDir, packager }) => {
      const resources = packager.getResourcesDir(appOutDir)
      rmSync(join(resources, 'default_app.asar'), { force: true })
      rmSync(join(appOutDir, 'package'), { recursive: true, force: true })
      cpSync(join(stage, 'resources'), resources, { recursive: true })
      if (process.platform === 'linux') {
        mkdirSync(join(appOutDir, 'bin'))
        cpSync(join(root, 'resources', 'linux', 'sluice.sh'), join(appOutDir, 'bin', 'sluice'))
        chmodSync(join(appOutDir, 'bin', 'sluice'), 0o755)
      }
    },
    publish: null,
    linux: {
      executableName: WINDOW_PROGRAM,
      category: 'Office',
      icon: join(root, 'resources', 'icons'),
      maintainer: 'The Sluice authors <authors@sluice.invalid>',
      vendor: 'The Sluice authors',
      synopsis: 'Search your own documents by meaning, offline',
      description:
        'Turns the documents on this computer into something you can search by meaning. Nothing leaves the machine, nothing is lost, and what fails is told.',
      syncDesktopName: true,
      mimeTypes,
      desktop: {
        entry: {
          Name: 'Sluice',
          Keywords: 'search;documents;pdf;offline;semantic;',
          'Comment[de]': 'Die eigenen Dokumente nach ihrem Sinn durchsuchen, ohne Netz',
          StartupNotify: 'true',
        },
      },
      target: ['dir', 'deb', 'rpm', 'tar.gz', 'AppImage'],
    },
    deb: {
      packageName: PACKAGE,
      packageCategory: 'utils',
      priority: 'optional',
      depends: DEBIAN_DEPENDS,
      recommends: [],
      fpm: ['--conflicts', 'sluice', '--deb-compression', isQuick ? 'zstd' : 'xz'],
      afterInstall: join(root, 'resources', 'linux', 'after-install.sh'),
      afterRemove: join(root, 'resources', 'linux', 'after-remove.sh'),
      artifactName: `${PACKAGE}_\${version}_\${arch}${mark}.deb`,
    },
    rpm: {
      packageName: PACKAGE,
      fpm: ['--conflicts', 'sluice', '--rpm-compression', isQuick ? 'zstd' : 'xz'],
      afterInstall: join(root, 'resources', 'linux', 'after-install.sh'),
      afterRemove: join(root, 'resources', 'linux', 'after-remove.sh'),
      artifactName: `${PACKAGE}-\${version}.\${arch}${mark}.rpm`,
    },
    win: {
      executableName: WINDOW_PROGRAM,
      icon: join(root, 'resources', 'icons', 'icon.ico'),
      fileAssociations,
      target: ['nsis', 'msi', 'portable', 'zip'],
    },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
    },
    msi: { oneClick: false, perMachine: true },
    mac: {
      icon: join(root, 'resources', 'icons', 'icon.icns'),
      category: 'public.app-category.productivity',
      fileAssociations,
      hardenedRuntime: true,
      // LanceDB publishes no binary for Macs with Intel processors: there is no universal build either.
      target: [
        { target: 'dmg', arch: ['arm64'] },
        { target: 'zip', arch: ['arm64'] },
      ],
      minimumSystemVersion: '12.0',
    },
  }
}

export const fpmEnvironment = { CUSTOM_FPM_PATH: fpm }
