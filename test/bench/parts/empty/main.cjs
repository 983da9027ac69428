// Owns the least that Electron can show: one hardened window with an empty list as long as a person asks. What Sluice is compared with.
const { join } = require('node:path')
const { app, BrowserWindow } = require('electron')

const start = async () => {
  await app.whenReady()
  const window = new BrowserWindow({
    width: 1180,
    height: 780,
    webPreferences: { sandbox: true, contextIsolation: true },
  })
  await window.loadFile(join(__dirname, 'index.html'))
}

app.on('window-all-closed', () => app.quit())
start().catch((error) => {
  process.stderr.write(`${error.stack}\n`)
  app.exit(1)
})
