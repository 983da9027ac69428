'use strict'
// Goes into the development-and-test runtime as Electron's default app: "electron [flags] <app folder or main script> [arguments]".
// Owns what the real one does for a checkout, and nothing else. Refuses to be part of a release: it is never packaged.
const { app } = require('electron')
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const words = process.argv.slice(1)
let target = null
for (let i = 0; i < words.length && target === null; i++) {
  const word = words[i]
  if (word === '--version' || word === '-v') {
    process.stdout.write(`v${process.versions.electron}\n`)
    process.exit(0)
  } else if (word === '--abi' || word === '-a') {
    process.stdout.write(`${process.versions.modules}\n`)
    process.exit(0)
  } else if (word === '-r' || word === '--require') {
    i += 1
    Module._preloadModules([path.resolve(words[i])])
  } else if (word.startsWith('--app=')) target = word.slice('--app='.length)
  else if (!word.startsWith('-')) target = word
}
if (target === null) {
  process.stderr.write('usage: electron [flags] <app folder or main script> [arguments]\n')
  process.exit(2)
}
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })

const wanted = path.resolve(target)
const manifest = path.join(wanted, 'package.json')
let appPath = null
let isModule = wanted.endsWith('.mjs')
if (fs.existsSync(manifest)) {
  const described = JSON.parse(fs.readFileSync(manifest, 'utf8'))
  if (described.version) app.setVersion(described.version)
  app.setName(described.productName || described.name || 'Electron')
  if (app.setDesktopName) app.setDesktopName(described.desktopName || `${app.getName()}.desktop`)
  appPath = wanted
  isModule = described.type === 'module' && !/\.cjs$/.test(described.main || '')
}
const file = Module._resolveFilename(wanted, null, true)
app.setAppPath(appPath || path.dirname(file))
if (isModule) {
  import(pathToFileURL(file).href).catch((error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exit(1)
  })
} else Module._load(file, null, true)
